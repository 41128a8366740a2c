import type { ServerResponse } from 'node:http';
import type { StubAnswer } from './expectations';
import { startStub, type StubServer } from './stub-server';

/** A stub server that gives the scenario's answers: in order for one method and path, the last one again and again. */
export async function stubFor(answers: readonly StubAnswer[]): Promise<StubServer | null> {
  if (answers.length === 0) return null;
  const left = [...answers];
  return startStub(({ method, path }, response) => {
    const mine = left.filter((answer) => answer.method === method && answer.path === path);
    const [answer] = mine;
    if (!answer) return void response.writeHead(404).end();
    if (mine.length > 1) left.splice(left.indexOf(answer), 1);
    return give(answer, response);
  });
}

const PAUSE_MS = 40;

async function give(answer: StubAnswer, response: ServerResponse): Promise<void> {
  if (answer.end === 'reset' && answer.packets === undefined) return void response.socket?.resetAndDestroy();
  const isText = typeof answer.body === 'string';
  const fallback = answer.packets ? 'text/event-stream' : isText ? 'text/plain' : 'application/json';
  const headers = Object.entries({ 'content-type': fallback, ...answer.headers }).filter(([, value]) => value !== '');
  response.writeHead(answer.status, Object.fromEntries(headers));
  if (answer.packets === undefined) return void response.end(bodyOf(answer));
  response.flushHeaders();
  for (const packet of answer.packets) {
    if (typeof packet === 'number') await pause(packet);
    else {
      response.write(typeof packet === 'string' ? packet : Buffer.from(packet.base64, 'base64'));
      await pause(PAUSE_MS);
    }
    if (response.destroyed) return;
  }
  // Cut short, but nothing that was sent is lost.
  if (answer.end === 'reset') response.socket?.destroy();
  else if (answer.end === 'close') response.end();
}

const bodyOf = ({ body, base64 }: StubAnswer): Buffer | string => {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return typeof body === 'string' ? body : JSON.stringify(body ?? null);
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
