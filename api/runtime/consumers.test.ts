import type { EventSource } from '../../shared/core/events/event';
import type { RegisteredWait } from '../../shared/ports/wait-store';
import { memoryAnswerChannel } from '../../shared/drivers/answer-channel/memory';
import { tokenBuckets } from '../../shared/drivers/rate-limits/token-buckets';
import { anEvent } from '../../shared/testing/builders';
import { fakeBroker } from '../../shared/testing/fakes/broker';
import { fakeLog } from '../../shared/testing/fakes/log';
import { aRelease } from '../../shared/testing/fakes/release';
import { fakeRunEngine } from '../../shared/testing/fakes/run-engine';
import { fakeContextStore, fakeReleaseStore, fakeWaitStore } from '../../shared/testing/fakes/stores';
import { createAdmission } from './admission';
import { createOnDead } from './dead-letters';
import { createActiveReleases } from './deploy/active-releases';
import { createRunEnv } from './runs/run-env';
import { createStartInputs } from './runs/start-input';
import { createStartRun } from './runs/start-run';
import { startTriggersConsumer } from './triggers-consumer';
import { startWaitsConsumer } from './waits-consumer';

const host = { service: 'runtime', replica: 'test' };

async function start(open: RegisteredWait[] = []) {
  const broker = fakeBroker();
  const answers = memoryAnswerChannel();
  const engine = fakeRunEngine(({ key }) => void setImmediate(() => answers.progress(key, 'ended')));
  const log = fakeLog();
  const releases = createActiveReleases(fakeReleaseStore());
  const native = ['runtime.interactions.triggered', 'runtime.automations.executed', 'error', 'runtime.fetch.failed'];
  releases.set('acme', aRelease({ one: { events: ['order.paid', ...native] }, two: { events: ['order.paid'] } }));
  const waits = fakeWaitStore(open);
  const limits = { maximumSuccessiveCalls: 20, waitDefaultTimeoutMs: 20_000, eventMaxLength: 1e5, stepsPerTurn: 1e4 };
  const env = createRunEnv({ locale: 'en', timeZone: 'UTC' });
  const startRun = createStartRun({
    admission: createAdmission({ slots: 1, queueLimit: 1, holdMs: 60_000 }, answers),
    contexts: fakeContextStore(),
    rates: tokenBuckets(() => undefined),
    engine,
    inputs: createStartInputs({ apiUrl: 'http://localhost/v2', env, limits }),
  });
  const isSuspended = () => false;
  await startTriggersConsumer({ broker, releases, startRun, isSuspended, log, host, maximumSuccessiveCalls: 20 });
  await startWaitsConsumer({ broker, waits, engine, log });
  return { broker, engine, log, waits };
}

const aWait = (over: Partial<RegisteredWait> = {}): RegisteredWait => ({
  id: 'w:1',
  run: 'acme/parked/1',
  workspaceId: 'acme',
  until: 1e15,
  fromPosition: '0000000000000000',
  oneOf: [{ event: 'order.paid', filters: { 'payload.id': '7' } }],
  ...over,
});
const paid = (source: Partial<EventSource> = {}, payload = { id: 7 }) =>
  anEvent({ type: 'order.paid', payload, source });
const native = (type: string, payload = {}, source: Partial<EventSource> = {}) =>
  anEvent({ type, payload, source: { serviceTopic: type, ...source } });

describe('triggers', () => {
  it('starts each listening automation once, however often the event comes', async () => {
    const { broker, engine } = await start();
    const event = paid({ userId: 'u1', sessionId: 's1', ip: '203.0.113.7', correlationId: 'chain' });
    for (let n = 0; n < 3; n++) expect(await broker.deliver('triggers', [event])).toEqual({ failed: [] });
    expect(engine.starts.map(({ key }) => key)).toEqual([`acme/one/${event.id}`, `acme/two/${event.id}`]);
    expect(engine.starts[0]?.input).toMatchObject({
      trigger: { type: 'event', value: 'order.paid', id: event.id },
      args: { id: event.id, source: event.source, payload: { id: 7 } },
      identity: { userId: 'u1', sessionId: 's1', ip: '203.0.113.7' },
      correlationId: 'chain',
      depth: 0,
      announce: ['interaction'],
    });
    expect(engine.starts[1]?.input.announce).toBeUndefined();
  });

  it('announces no interaction for what an automation emits, and drops the address after one hop', async () => {
    const { broker, engine } = await start();
    await broker.deliver('triggers', [
      paid({ automationSlug: 'x', automationDepth: 3, sessionId: 's', ip: '203.0.113.7' }),
    ]);
    expect(engine.starts[0]?.input).toMatchObject({ depth: 3, identity: { sessionId: 's' } });
    expect(engine.starts[0]?.input.identity).not.toHaveProperty('ip');
    expect(engine.starts[0]?.input.announce).toBeUndefined();
  });

  it('refuses an event beyond the limit: nothing starts, one error event however often it comes', async () => {
    const { broker, engine } = await start();
    const last = paid({ automationSlug: 'x', automationDepth: 20 });
    const beyond = paid({ automationSlug: 'x', automationDepth: 21, correlationId: 'chain' });
    await broker.deliver('triggers', [last, beyond]);
    await broker.deliver('triggers', [beyond]);
    expect(engine.starts.map(({ input }) => input.args['id'])).toEqual([last.id, last.id]);
    expect(broker.log.map(({ event }) => event)).toMatchObject([
      {
        type: 'error',
        payload: {
          error: 'TooManyCallError',
          message: 'Reached maximum number of nested calls',
          details: { limit: 20 },
        },
        source: { correlationId: 'chain', workspaceId: 'acme', serviceTopic: 'error', automationSlug: 'x' },
      },
    ]);
  });

  it('says nothing of the limit where nobody listens', async () => {
    const { broker } = await start();
    await broker.deliver('triggers', [anEvent({ type: 'unheard', source: { automationDepth: 99 } })]);
    expect(broker.log).toEqual([]);
  });

  it.each([
    ['native events of the list', native('runtime.fetch.failed'), 1],
    ['an interaction', native('runtime.interactions.triggered', { trigger: { type: 'endpoint', value: 'x' } }), 1],
    [
      'the interaction that an interaction caused',
      native('runtime.interactions.triggered', { trigger: { type: 'event', value: 'runtime.interactions.triggered' } }),
      0,
    ],
    ['executed events, which would loop', native('runtime.automations.executed'), 0],
    ['native errors', native('error'), 0],
    ['an emitted event with the name of one', anEvent({ type: 'error' }), 1],
    ['an event without a chain', paid({ correlationId: '' }), 0],
    ['an event of another workspace', paid({ workspaceId: 'other' }), 0],
    ['a name that only looks alike', anEvent({ type: 'order.PAID' }), 0],
    ['a name of every object', anEvent({ type: 'constructor' }), 0],
  ])('%s', async (_, event, runs) => {
    const { broker, engine } = await start();
    await broker.deliver('triggers', [event]);
    expect(engine.starts).toHaveLength(runs);
  });

  it('leaves events pending while the engine fails, and the rest of their chain with them', async () => {
    const { broker, engine, log } = await start();
    const [first, second, other] = [paid({ correlationId: 'a' }), paid({ correlationId: 'a' }), native('error')];
    engine.failure = new Error('no engine');
    expect(await broker.deliver('triggers', [first, second, other])).toEqual({
      failed: [first, second].map(({ id }) => ({ id, reason: 'no engine' })),
    });
    expect(log.lines.map(({ level, fields }) => [level, fields['eventId']])).toEqual([['warn', first.id]]);
    delete engine.failure;
    expect(await broker.deliver('triggers', [first, second])).toEqual({ failed: [] });
    expect(engine.starts).toHaveLength(4);
  });

  it('starts nothing for an event that a wait has taken for itself; the waits still get it', async () => {
    const { broker, engine } = await start([aWait()]);
    const taken = { event: paid(), position: '0000000000000002', cancelled: true } as const;
    await broker.deliver('triggers', [taken]);
    await broker.deliver('waits', [taken]);
    expect([engine.starts, engine.delivered.length]).toEqual([[], 1]);
  });
});

describe('waits', () => {
  it('brings an event to the waits it fulfils, compared loosely, once', async () => {
    const waits = [
      aWait(),
      aWait({ run: 'acme/parked/2', oneOf: [{ event: 'order.paid' }] }),
      aWait({ run: 'acme/parked/3', oneOf: [{ event: 'order.paid', filters: { 'payload.id': 8 } }] }),
      aWait({ run: 'other/parked/4', workspaceId: 'other' }),
    ];
    const { broker, engine } = await start(waits);
    const event = paid();
    await broker.deliver('waits', [event]);
    await broker.deliver('waits', [event]);
    expect(engine.delivered.map(({ run }) => run)).toEqual(['acme/parked/1', 'acme/parked/2']);
    expect(engine.delivered[0]).toMatchObject({ waitId: 'w:1', event });
  });

  it('passes by events from before the wait', async () => {
    const { broker, engine } = await start([aWait({ fromPosition: '0000000000000007' })]);
    const [early, late] = [paid(), paid()];
    await broker.deliver('waits', [{ event: early, position: '0000000000000007' }]);
    await broker.deliver('waits', [{ event: late, position: '0000000000000008' }]);
    expect(engine.delivered.map(({ event }) => event.id)).toEqual([late.id]);
  });

  it('forgets the waits of a run that is closed', async () => {
    const { broker, engine, waits } = await start([aWait()]);
    engine.closed.add('acme/parked/1');
    expect(await broker.deliver('waits', [paid()])).toEqual({ failed: [] });
    expect(waits.open).toEqual([]);
  });

  it('hears executed events, but no other native ones that triggers do not', async () => {
    const oneOf = [{ event: 'runtime.automations.executed' }, { event: 'error' }];
    const { broker, engine } = await start([aWait({ oneOf })]);
    await broker.deliver('waits', [native('error')]);
    expect(engine.delivered).toEqual([]);
    await broker.deliver('waits', [native('runtime.automations.executed')]);
    expect(engine.delivered).toHaveLength(1);
  });

  it('leaves an event pending while the engine fails', async () => {
    const { broker, engine } = await start([aWait()]);
    engine.failure = new Error('no engine');
    const event = paid();
    expect(await broker.deliver('waits', [event])).toMatchObject({ failed: [{ id: event.id }] });
    delete engine.failure;
    await broker.deliver('waits', [event]);
    expect(engine.delivered).toHaveLength(1);
  });
});

it('makes one error event of an event that is given up, and none of an error', async () => {
  const { broker, log } = await start();
  const onDead = createOnDead({ broker, log, host, group: 'triggers' });
  const dead = { event: paid({ correlationId: 'chain' }), position: '1', attempt: 5 };
  await onDead(dead, 'no engine');
  await onDead(dead, 'no engine');
  await onDead({ ...dead, event: native('error') }, 'no engine');
  expect(broker.log.map(({ event }) => event)).toMatchObject([
    {
      type: 'error',
      source: { correlationId: 'chain' },
      payload: { details: { group: 'triggers', eventId: dead.event.id } },
    },
  ]);
  expect(broker.log[0]?.event.payload).not.toHaveProperty('reason');
});
