/** Subscribers in a process of their own, and an emitter that keeps a rate whatever the answers do. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { alsoStop } from './processes.mjs';
import { root } from './sides.mjs';

export function startSubscribers() {
  const child = fork(join(root, 'bench', 'harness', 'live-subscribers.mjs'));
  alsoStop(async () => void child.kill());
  const waiting = new Map();
  let next = 0;
  child.on('message', ({ id, answer }) => waiting.get(id)?.(answer));
  return async (name, body) => {
    const id = ++next;
    child.send({ id, name, body });
    const answer = await new Promise((resolve) => waiting.set(id, resolve));
    waiting.delete(id);
    if (answer.error) throw new Error(`${name}: ${answer.error}`);
    return answer;
  };
}

/** Posts one event a request, so many a second. @returns answered requests, and how late the last one was */
export async function emit({ events, headers }, { rate, seconds, idOf = () => 0 }) {
  const { origin, pathname } = new URL(events);
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  const total = Math.round(rate * seconds);
  const began = performance.now();
  const answers = [];
  let ok = 0;
  for (let n = 0; n < total; n++) {
    const due = began + (1000 * n) / rate - performance.now();
    if (due > 1) await sleep(due);
    const payload = { id: idOf(n), sentAt: performance.timeOrigin + performance.now() };
    answers.push(
      pool
        .request({
          ...{ path: pathname, method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
          body: JSON.stringify({ events: [{ type: 'tick', payload }] }),
        })
        .then(async ({ statusCode, body }) => {
          await body.dump();
          if (statusCode === 200) ok++;
        })
        .catch(() => undefined),
    );
  }
  await Promise.all(answers);
  const took = (performance.now() - began) / 1000;
  await pool.close();
  return { sent: ok, perSecond: ok / took };
}
