/** What a good engineer would write by hand for the two benchmarks. Bundled for the sandbox; imports nothing else. */
import { condition, defineSignal, proxyLocalActivities, setHandler, workflowInfo } from '@temporalio/workflow';

/** @type {{ storeEvent(event: { id: string, type: string, payload: object }): Promise<void> }} */
const { storeEvent } = proxyLocalActivities({ startToCloseTimeout: '8s' });

const orderPaid = defineSignal('orderPaid');

/** The same work as `examples/performance`: set, condition, one durable event, the answer. */
export async function simpleUserJourney({ body }) {
  const name = 'Doe';
  const { workflowId } = workflowInfo();
  if (name === 'Doe') await storeEvent({ id: `${workflowId}/0`, type: 'apps.test', payload: { lastName: 'John' } });
  else await storeEvent({ id: `${workflowId}/0`, type: 'apps.newtest', payload: { lastName: 'Smith' } });
  return { content: name, requestBody: body };
}

/** The same work as `bench/workspaces/parked`: tells that it waits, waits for its own order, tells that it is done. */
export async function waitForOrder({ id }) {
  let paid;
  setHandler(orderPaid, (event) => {
    paid ??= event;
  });
  const { workflowId } = workflowInfo();
  await storeEvent({ id: `${workflowId}/0`, type: 'order.parked', payload: { id } });
  await condition(() => paid !== undefined, '1h');
  await storeEvent({ id: `${workflowId}/1`, type: 'order.done', payload: { id } });
}
