import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aFlush, anEvent, anOutEvent, aWait } from '../../testing/builders';
import { lookBackContract } from '../../testing/contracts/look-back';
import { until } from '../../testing/contracts/flush-store';
import { openEmbeddedStores } from '../embedded';
import { openForTest } from '../flush-store/open-for-test.script';

lookBackContract('sqlite', openForTest);

describe('looking back, in two processes on one file', () => {
  let dir: string;
  const open = () => openEmbeddedStores(dir, { groups: ['triggers'] });
  beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'ostinato-'))));
  afterEach(() => rm(dir, { recursive: true }));
  const oneOf = [{ event: 'go', cancelTriggers: true }];

  it.each(['the wait', 'the event'])('the wait is in one, the event comes by the other: %s first', async (first) => {
    const [runs, events] = [await open(), await open()];
    await runs.flushes.apply(aFlush({ events: [anOutEvent({ type: 'ask' })] }));
    const wait = () => runs.flushes.apply(aFlush({ flush: 1, waits: [{ open: aWait({ until: 1e15, oneOf }) }] }));
    const send = () => events.broker.append([{ event: anEvent({ type: 'go' }) }]);
    const steps = first === 'the wait' ? [wait, send] : [send, wait];
    const answers = [];
    for (const step of steps) answers.push(await step());
    const found = answers.some((answer) => 'early' in answer);
    const cancelled: unknown[] = [];
    const consumer = await events.broker.consume('triggers', async ([delivery]) => {
      if (delivery?.event.type === 'go') cancelled.push(delivery.cancelled ?? false);
    });
    await until(async () => cancelled.length === 1);
    // Either the wait was there and has taken it, or it finds it, and then its listeners have been started.
    expect([cancelled, found]).toEqual(first === 'the wait' ? [[true], false] : [[false], true]);
    await consumer.stop();
    await runs.close();
    await events.close();
  });

  it('keeps the log as far back as a run under way may look', async () => {
    const stores = await openEmbeddedStores(dir, { groups: ['triggers'], keepLog: 5 });
    const consumer = await stores.broker.consume('triggers', async () => undefined);
    await stores.flushes.apply(aFlush({ events: [anOutEvent({ type: 'ask' })] }));
    const answer = anEvent({ type: 'go' });
    await stores.broker.append([{ event: answer }]);
    await stores.broker.append(Array.from({ length: 50 }, () => ({ event: anEvent() })));
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // The log is trimmed once a second.
    const { early } = await stores.flushes.apply(aFlush({ flush: 1, waits: [{ open: aWait({ oneOf }) }] }));
    expect(early).toEqual([{ waitId: 'w:1', event: answer }]);
    await consumer.stop();
    await stores.close();
  });
});
