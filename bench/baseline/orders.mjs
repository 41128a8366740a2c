/** The hand-written "events service" of the parked benchmark: a durable table, and a map from order to workflow. */
import { randomUUID } from 'node:crypto';
import express from 'express';

const AT_ONCE = 40;

/** @param {{ client: import('@temporalio/client').Client, events: ReturnType<typeof import('./event-store.mjs').openEventStore>, taskQueue: string }} deps */
export function ordersRouter({ client, events, taskQueue }) {
  /** @type {Map<string, string>} */
  const waiting = new Map();
  const limited = limit(AT_ONCE);

  const reactions = {
    'order.placed': async ({ id, payload }) => {
      const workflowId = `baseline/waitForOrder/${id}`;
      await client.workflow.start('waitForOrder', { workflowId, taskQueue, args: [payload], requestEagerStart: true });
      waiting.set(payload.id, workflowId);
    },
    'order.paid': async ({ payload }) => {
      const workflowId = waiting.get(payload.id);
      if (workflowId === undefined) return;
      waiting.delete(payload.id);
      await client.workflow.getHandle(workflowId).signal('orderPaid', payload);
    },
  };

  const router = express.Router();
  router.post('/events', (request, response) => {
    const taken = request.body.events.map((event) => ({ ...event, id: randomUUID() }));
    events.add(taken); // stored before the answer; what follows from it goes on behind it
    for (const event of taken) void limited(() => reactions[event.type]?.(event)).catch(console.error);
    response.json(taken);
  });
  router.get('/events', ({ query }, response) => {
    const { types, limit: size = '50', page = '0' } = query;
    response.json({ result: { events: events.list(String(types), Number(size), Number(page)) } });
  });
  return router;
}

/** At most `most` jobs at once, in order of arrival. @param {number} most */
function limit(most) {
  let free = most;
  /** @type {(() => void)[]} */
  const queue = [];
  return async (job) => {
    if (free > 0) free--;
    else await new Promise((resolve) => queue.push(() => resolve(undefined)));
    try {
      return await job();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}
