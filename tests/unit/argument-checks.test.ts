/** Where arguments are validated: before a run starts, and in direct calls. */
import { createCheckArguments } from '../../api/runtime/arguments/check-arguments';
import { createCheckedStart } from '../../api/runtime/arguments/checked-start';
import type { RunRequest } from '../../api/runtime/runs/start-input';
import type { StartOptions } from '../../api/runtime/runs/start-run';
import type { Release } from '../../shared/core/automation/compiled';
import type { Program } from '../../shared/core/automation/program';
import type { Json, JsonObject } from '../../shared/core/json';
import { compileWorkspace } from '../../shared/core/workspaces/compile-workspace';
import { programSetOf } from '../../shared/core/workspaces/program-set';
import { fakeBroker } from '../../shared/testing/fakes/broker';
import { fakeReleaseStore } from '../../shared/testing/fakes/stores';
import { answerOf, World } from '../../shared/testing/virtual-time/world';

const CHILD = 'name: child\nvalidateArguments: true\narguments: {n: {type: number}}\ndo: []\noutput: "{{n}}"\n';

function compiled(automations: { readonly [slug: string]: string }) {
  const files = Object.fromEntries(
    Object.entries(automations).map(([slug, text]) => [`automations/${slug}.yml`, text] as const),
  );
  const { release, programs } = compileWorkspace({ workspaceId: 'acme', files, createdAt: 0, strict: false });
  if (!release) throw new Error('refused');
  return { release, programs };
}

describe('a direct call', () => {
  function run(parent: string, others: { readonly [slug: string]: string } = {}) {
    const { release, programs } = compiled({ parent, child: CHILD, ...others });
    const must = (digest: string): Program => programs.get(digest) as Program;
    const world = new World({ programs: (automation) => programSetOf(release, automation, must)! });
    const answer = answerOf(world.start('parent'));
    return { answer, errors: world.events.filter(({ type }) => type === 'error'), events: world.events };
  }
  const calling = (args: string) => `name: p\ndo:\n  - child: ${args}\noutput: done\n`;
  const refused = [
    {
      instancePath: '/n',
      schemaPath: '#/properties/n/type',
      keyword: 'type',
      params: { type: 'number' },
      message: 'must be number',
    },
  ];

  it('4: stops the child and every caller', () => {
    const { answer, errors, events } = run('name: p\ndo:\n  - middle: {}\n  - emit: {event: never}\n', {
      middle: calling('{n: x}'),
    });
    expect(answer).toMatchObject({
      status: 400,
      error: { error: 'InvalidArgumentsError', message: 'Invalid arguments', details: refused },
    });
    expect(errors.map(({ payload }) => payload?.['details'])).toEqual([refused]);
    expect(events.map(({ type }) => type)).not.toContain('runtime.automations.executed');
    expect(events.map(({ type }) => type)).not.toContain('never');
  });

  it.each(['{}', '{n: 3, extra: 1}', '{n: 3, output: r}'])('5: runs with %s', (args) =>
    expect(run(calling(args)).answer).toMatchObject({ status: 200, output: 'done' }),
  );

  it('can be caught, and its details are a list', () => {
    const parent =
      'name: p\ndo:\n  - try: {do: [{child: {n: x}}], catch: [], output: e}\noutput: "{{e.details[0].keyword}}"\n';
    const { answer, errors } = run(parent);
    expect(answer).toMatchObject({ status: 200, output: 'type' });
    expect(errors).toMatchObject([{ payload: { caught: true, details: refused } }]);
  });

  it('validates before it counts the depth', () => {
    // The 22nd execution is the first beyond the limit, and the first with 21.
    const parent =
      'name: p\nvalidateArguments: true\narguments: {i: {maximum: 20}}\ndo:\n  - set: {name: i, value: "{% {{i}} + 1 %}"}\n  - parent: {i: "{{i}}"}\n';
    const { release, programs } = compiled({ parent });
    const must = (digest: string): Program => programs.get(digest) as Program;
    const world = new World({ programs: (automation) => programSetOf(release, automation, must)! });
    expect(answerOf(world.start('parent', { args: { i: 0 } }))).toMatchObject({
      error: { error: 'InvalidArgumentsError' },
    });
  });

  it('is not validated where the automation does not ask for it', () => {
    const lax = CHILD.replace('validateArguments: true\n', '');
    expect(run(calling('{n: x}'), { child: lax }).answer).toMatchObject({ status: 200 });
  });

  it('fails where the schema is none', () => {
    const { answer } = run(calling('{n: 1}'), { child: CHILD.replace('type: number', 'minimum: a') });
    expect(answer).toMatchObject({
      status: 400,
      error: { error: 'InvalidArgumentsError', message: 'Invalid arguments schema: `minimum` must be a number' },
    });
  });
});

it('a schedule, which no door has seen, is validated by the run itself', () => {
  const { release, programs } = compiled({ child: CHILD });
  const must = (digest: string): Program => programs.get(digest) as Program;
  const world = new World({ programs: (automation) => programSetOf(release, automation, must)! });
  const trigger = { type: 'schedule', value: '0 9 * * *' } as const;
  expect(answerOf(world.start('child', { trigger, args: { n: 'x' } }))).toMatchObject({
    status: 400,
    error: { error: 'InvalidArgumentsError' },
  });
  expect(world.events).toMatchObject([{ type: 'error', source: { automationSlug: 'child' } }]);
});

describe('before a run starts', () => {
  async function door() {
    const { release, programs } = compiled({ child: CHILD, free: 'name: free\ndo: []\n' });
    const store = fakeReleaseStore();
    for (const [digest, program] of programs) await store.putProgram(digest, program);
    const reads: string[] = [];
    const checkArguments = createCheckArguments({
      getProgram: (digest) => (reads.push(digest), store.getProgram(digest)),
    });
    const broker = fakeBroker();
    const started: string[] = [];
    const start = createCheckedStart(
      async ({ automation, id }) => (started.push(automation), { run: id, started: true }),
      { checkArguments, broker, host: { service: 'runtime', replica: 'test' } },
    );
    return { release, broker, started, reads, start };
  }
  const asking = (release: Release, args: JsonObject, automation = 'child'): RunRequest => ({
    ...{ release, automation, id: 'e1', trigger: { type: 'event', value: 'x' }, args },
    ...{ identity: { userId: 'u1' }, correlationId: 'chain', depth: 2 },
  });
  const caller: StartOptions = { who: 'caller' };

  it('a caller is told, events tell of it, and nothing starts', async () => {
    const { release, broker, started, start } = await door();
    const called = { ...asking(release, { n: 'x', method: 'POST' }), announce: ['interaction', 'webhook'] as const };
    await expect(start(called, caller)).rejects.toMatchObject({
      code: 'InvalidArgumentsError',
      status: 400,
      message: 'Invalid arguments',
      details: [{ instancePath: '/n', keyword: 'type' }],
    });
    expect(started).toEqual([]);
    const source = { automationSlug: 'child', correlationId: 'chain', userId: 'u1' };
    expect(broker.log.map(({ event }) => event)).toMatchObject([
      { type: 'runtime.interactions.triggered', payload: { automation: 'child', trigger: { type: 'event' } }, source },
      { type: 'runtime.webhooks.triggered', payload: { automationSlug: 'x', method: 'POST' }, source },
      { type: 'error', payload: { error: 'InvalidArgumentsError' }, source },
    ]);
  });

  it('an event is told by an event, the same one however often it comes', async () => {
    const { release, broker, started, start } = await door();
    for (let n = 0; n < 2; n++)
      expect(await start(asking(release, { n: 'x' }), { who: 'event' })).toMatchObject({ started: false });
    expect(started).toEqual([]);
    expect(broker.log.map(({ event }) => event)).toMatchObject([
      {
        type: 'error',
        payload: { error: 'InvalidArgumentsError', details: [{ instancePath: '/n' }] },
        source: { automationSlug: 'child', automationDepth: 3, correlationId: 'chain', userId: 'u1' },
      },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['valid arguments', { n: 1 }, 'child'],
    ['no arguments', {}, 'child'],
    ['an automation that validates nothing', { n: 'x' }, 'free'],
    ['an automation that does not exist', { n: 'x' }, 'unknown'],
    ['a name of every object', {}, 'constructor'],
  ])('starts with %s', async (_, args, automation) => {
    const { release, started, start } = await door();
    await start(asking(release, args, automation), caller);
    expect(started).toEqual([automation]);
  });

  it('compiles a schema once', async () => {
    const { release, reads, start } = await door();
    for (const n of [1, 2, 3]) await start(asking(release, { n }), caller);
    for (const n of [1, 2, 3]) await start(asking(release, { n }, 'free'), caller);
    expect(reads).toHaveLength(2);
  });

  it('any value may be given: nothing is thrown but the error', async () => {
    const { release, start } = await door();
    const values: Json[] = [null, [], {}, 'x', true];
    for (const n of values)
      await expect(start(asking(release, { n }), caller)).rejects.toMatchObject({ code: 'InvalidArgumentsError' });
  });
});
