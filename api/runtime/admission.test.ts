import { memoryAnswerChannel } from '../../shared/drivers/answer-channel/memory';
import { createAdmission, type Slot } from './admission';

const open = (over: Partial<Parameters<typeof createAdmission>[0]> = {}) => {
  const answers = memoryAnswerChannel();
  return { answers, admission: createAdmission({ slots: 1, queueLimit: 2, holdMs: 60_000, ...over }, answers) };
};

/** Enters, and notes when it is in. */
const entering =
  (admission: ReturnType<typeof createAdmission>, into: string[]) => (run: string, who: 'caller' | 'event') =>
    admission.enter(run, who).then((slot: Slot) => {
      into.push(run);
      return slot;
    });
const settle = () => new Promise((resolve) => setImmediate(resolve));

it.each(['parked', 'answered', 'ended'] as const)('frees a slot when its run is %s', async (kind) => {
  const { admission, answers } = open();
  await admission.enter('r1', 'caller');
  const entered: string[] = [];
  void entering(admission, entered)('r2', 'caller');
  await settle();
  expect(entered).toEqual([]);
  answers.progress('r1', kind);
  await settle();
  expect(entered).toEqual(['r2']);
  answers.progress('r1', 'ended'); // twice is once
  expect(admission.counts().inFlight).toBe(1);
});

it('frees a slot that nobody gave back, after its time', async () => {
  const { admission } = open({ holdMs: 10 });
  await admission.enter('r1', 'caller');
  await admission.enter('r2', 'caller');
});

it('keeps the order of callers and refuses those beyond the queue', async () => {
  const { admission } = open();
  const entered: string[] = [];
  const slot = await admission.enter('r0', 'caller');
  const others = ['r1', 'r2'].map((run) => entering(admission, entered)(run, 'caller'));
  await expect(admission.enter('r3', 'caller')).rejects.toMatchObject({ code: 'Overloaded', status: 503 });
  slot.release();
  (await others[0])?.release();
  await others[1];
  expect(entered).toEqual(['r1', 'r2']);
});

it('lets callers go first, but not for ever; events are never refused', async () => {
  const { admission } = open({ queueLimit: 20 });
  const entered: string[] = [];
  let slot = await admission.enter('r0', 'caller');
  const enter = entering(admission, entered);
  const events = ['e1', 'e2'].map((run) => enter(run, 'event'));
  const callers = Array.from({ length: 20 }, (_, n) => enter(`c${n}`, 'caller'));
  for (let n = 0; n < 22; n++) {
    slot.release();
    await settle();
    const last = entered.at(-1) ?? '';
    slot = await (last.startsWith('e') ? events[Number(last.slice(1)) - 1]! : callers[Number(last.slice(1))]!);
  }
  expect(entered).toHaveLength(22);
  const places = ['e1', 'e2'].map((run) => entered.indexOf(run));
  expect(places[0]).toBeGreaterThan(0);
  expect(places[1]).toBeLessThan(21);
});

it('lets a waiting one leave', async () => {
  const { admission } = open();
  const slot = await admission.enter('r1', 'caller');
  const leaves = new AbortController();
  const left = admission.enter('r2', 'caller', leaves.signal);
  leaves.abort();
  await expect(left).rejects.toMatchObject({ code: 'Overloaded' });
  await expect(admission.enter('r3', 'caller', leaves.signal)).rejects.toMatchObject({ code: 'Overloaded' });
  slot.release();
  expect(admission.counts()).toEqual({ inFlight: 0, callers: 0, events: 0 });
});
