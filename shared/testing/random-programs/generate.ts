/**
 * Random programs that use everything the machine has: loops, branches, calls, errors, waits, calls of APIs, contexts.
 * They always end: loops are short, calls go to later automations only, every wait has a time-out.
 */
import { splitFullSlug } from '../../core/events/app-names';
import type { Op, Program, ProgramSet } from '../../core/automation/program';
import type { Json } from '../../core/json';
import type { Expr, PathTemplate, Template } from '../../core/expression/ast';
import { buildProgram, link, type Instruction } from './build-program';
import type { Random } from './random';

const LOCALS = ['a', 'b', 'l', 'o', 'constructor', '__proto__'];
const EVENTS = ['one', 'two', 'three'];
const SLUGS = ['root', 'first', 'second'];
/** Installed apps: what they may call, by the names it has inside. One instance holds another. */
const APPS: { readonly [fullSlug: string]: readonly string[] } = {
  'app.one': ['two', 'in.three'],
  'app.two': ['in.three'],
  'app.in.three': [],
};
const CALLED_APPS = ['app.one', 'app.two', 'app.in.three', 'app.nobody'];

export function generatePrograms(random: Random): ProgramSet {
  const automations = SLUGS.map((slug, i) => {
    const callable = [...SLUGS.slice(i + 1), ...CALLED_APPS];
    return [slug, link(automation(random, slug, { depth: 3, callable }))] as const;
  });
  const apps = Object.entries(APPS).map(([name, callable]) => {
    const { instance, slug } = splitFullSlug(name);
    return [name, link(restricted(random, automation(random, slug, { depth: 2, callable })), instance)] as const;
  });
  return {
    release: 'r:random',
    automations: Object.fromEntries([...automations, ...apps]),
    config: { '': { k: 1 }, app: { k: 2, x: 'inside' }, 'app.in': {} },
    apps: {
      app: { slug: 'an-app', parents: [], endpoints: { one: 'app.one' } },
      'app.in': { slug: 'inner', parents: ['an-app'], endpoints: {} },
    },
    rules: [{ roles: ['agent'], conditions: { 'authorizations.action': 'act' } }],
    definitions: { '': { name: 'Root' }, app: { name: 'App' }, 'app.in': { name: 'Inner' } },
  };
}

function automation(random: Random, slug: string, around: Around): Program {
  const steps = list(random, around, 6);
  const body = steps.map((step) => (random.chance(60) ? guarded([step]) : step));
  return buildProgram(slug, body, random.chance(80) ? objectOf(random) : undefined);
}

/** Some are private, and some only for a role that the run has, or has not, or gets by switching its user. */
const restricted = (random: Random, program: Program): Program => ({
  ...program,
  ...(random.chance(10) && { private: true as const }),
  ...(random.chance(40) && { authorizations: { action: random.chance(80) ? 'act' : 'other' } }),
});

interface Around {
  /** Levels of nesting that are left. */
  readonly depth: number;
  readonly callable: readonly string[];
}

function list(random: Random, around: Around, most: number): Instruction[] {
  return Array.from({ length: 1 + random.int(most) }, () => instruction(random, around));
}

const inner = (around: Around): Around => ({ ...around, depth: around.depth - 1 });

type Make = (random: Random, around: Around) => Instruction;

const simple: readonly (readonly [weight: number, make: Make])[] = [
  [
    8,
    (random) =>
      of({
        op: 'set',
        name: path(random),
        value: template(random),
        mode: random.pick(['replace', 'replace', 'merge', 'push']),
      }),
  ],
  [1, (random) => of({ op: 'delete', name: path(random) })],
  [3, (random) => of(streamOp(random))],
  [3, (random) => of(emitOp(random))],
  [3, (random) => of(waitOp(random))],
  [1, (random) => of({ op: 'sleep', seconds: lit(random.int(4)) })],
  [2, (random) => of(fetchOp(random))],
  [1, (random) => of(streamFetchOp(random))],
  [1, (random) => of(topicOp(random))],
  [1, (random) => of(switchOp(random))],
  [1, () => of({ op: 'comment' })],
  [
    1,
    (random) =>
      of(random.chance(30) ? { op: 'break', scope: lit(random.pick(['automation', 'all'])) } : { op: 'comment' }),
  ],
  [1, (random) => of(random.chance(50) ? failing(random) : { op: 'comment' })],
];

const nesting: readonly (readonly [weight: number, make: Make])[] = [
  [
    3,
    (random, around) => ({
      op: { op: 'conditions', when: [guard(random), guard(random)] },
      lists: [1, 2, 3].map(() => list(random, inner(around), 2)),
    }),
  ],
  [3, (random, around) => ({ op: repeatOp(random), lists: [list(random, inner(around), 3)] })],
  // A stream, opened and read: the loop may be left before its end.
  [
    2,
    (random, around) => ({
      op: { op: 'repeat', until: lit(1) },
      lists: [
        [
          of({ op: 'fetch', url: lit(streamUrl(random)), ...streamOf(random), output: at('o') }),
          ...(random.chance(20) ? [of(waitOp(random))] : []),
          {
            op: { op: 'repeat', on: { t: 'var', p: ['o', 'body'] }, ...(random.chance(20) && { until: lit(2) }) },
            lists: [list(random, inner(around), 3)],
          },
        ],
      ],
    }),
  ],
  [4, (random, around) => ({ op: { op: 'all' }, lists: [list(random, inner(around), 4)] })],
  [
    3,
    (random, around) => ({
      op: { op: 'try', output: at('error') },
      lists: [list(random, inner(around), 3), random.chance(60) ? list(random, inner(around), 2) : []],
    }),
  ],
  [4, (random, around) => of(callOp(random, around))],
  // A branch that fails while the others wait: they go on, and the automation ends only after them.
  [
    2,
    (random, around) =>
      guarded([{ op: { op: 'all' }, lists: [[...list(random, inner(around), 3), of(failing(random))]] }]),
  ],
];

/** Most failures shall not end the run: what comes after them is what is interesting. */
const guarded = (body: readonly Instruction[]): Instruction => ({
  op: { op: 'try', output: at('error') },
  lists: [body, []],
});

function instruction(random: Random, around: Around): Instruction {
  const makes = around.depth > 0 ? [...simple, ...nesting] : simple;
  let left = random.int(makes.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of makes) {
    left -= weight;
    if (left < 0) return make(random, around);
  }
  return of({ op: 'comment' });
}

const of = (op: Op): Instruction => ({ op });
const lit = (v: Json): Template => ({ t: 'lit', v });
const at = (...p: string[]): PathTemplate => ({ t: 'at', p });

function path(random: Random): PathTemplate {
  const root = random.chance(15) ? random.pick(['global', 'run', 'session', 'config']) : random.pick(LOCALS);
  const p: (string | number)[] = [root];
  const isContext = !LOCALS.includes(root);
  if (isContext || random.chance(40))
    p.push(random.chance(3) && root === 'session' ? 'id' : random.pick(['x', 'y', '__proto__', 0, 1]));
  if (random.chance(20)) p.push(random.pick(['z', 1]));
  return { t: 'at', p, ...(random.chance(25) && { push: true as const }) };
}

function template(random: Random, depth = 2): Template {
  switch (random.int(depth > 0 ? 9 : 6)) {
    case 0:
      return lit(random.int(5));
    case 1:
      return lit(random.pick(['text', '', '{{a}}', 'ü']));
    case 2:
      return lit(random.pick([null, true, false]));
    case 3:
      return variable(random);
    case 4:
      return {
        t: 'expr',
        e: { t: random.pick(['+', '*', '/']), l: variable(random), r: { t: 'lit', v: random.int(3) } },
      };
    case 5:
      return { t: 'expr', e: { t: 'call', f: 'rand', a: [] } };
    case 6:
      return { t: 'list', i: [template(random, depth - 1), template(random, depth - 1)] };
    case 7:
      return objectOf(random, depth - 1);
    default:
      return { t: 'text', p: ['<', variable(random), '>'] };
  }
}

const objectOf = (random: Random, depth = 1): Template => ({
  t: 'object',
  e: [...new Set([random.pick(['x', '__proto__']), random.pick(['y', 'z'])])].map((key) => [
    key,
    template(random, depth),
  ]),
});

const variable = (random: Random): Extract<Template, { t: 'var' }> => ({
  t: 'var',
  p: random.pick([
    ['a'],
    ['b'],
    ['l'],
    ['o'],
    ['item'],
    ['$index'],
    ['global', 'x'],
    ['run', 'date'],
    ['error', 'error'],
    ['a', 'x'],
    ['l', 'length'],
    ['constructor'],
    ['session', 'id'],
    ['config'],
    ['$workspace', 'name'],
    ['run', 'appInstanceFullSlug'],
    ['run', 'parentAppSlugs'],
    ['user', 'role'],
  ]),
});

/** Against a constant, or against another variable: equality of lists and objects must not depend on a cut. */
const guard = (random: Random): Expr => ({
  t: random.pick(['==', '===', '!==', '<', 'and', 'or']),
  l: { t: 'var', p: random.pick([['a'], ['b'], ['$index'], ['l', 'length'], ['l']]) },
  r: random.chance(50)
    ? { t: 'lit', v: random.pick<Json>([0, 1, 2, 'p,q']) }
    : { t: 'var', p: random.pick([['a'], ['b'], ['l']]) },
});

/** Uses of the answer's stream, which `h` may or may not stand for. */
const streamOp = (random: Random): Op => {
  const name = at(random.pick(['$http', '$http', 'h']));
  if (random.chance(15)) return { op: 'set', name: at('h'), value: { t: 'var', p: ['$http'] }, mode: 'replace' };
  if (random.chance(10)) return { op: 'delete', name };
  const field = random.pick(['chunk', 'chunk', 'status', 'sseKeepAlive', 'headers']);
  const value = field === 'status' ? lit(200 + random.int(300)) : random.chance(50) ? lit('part') : template(random);
  return { op: 'set', name, value: { t: 'object', e: [[field, value]] }, mode: 'replace' };
};

const repeatOp = (random: Random): Op =>
  random.chance(50)
    ? { op: 'repeat', until: lit(1 + random.int(3)) }
    : { op: 'repeat', on: random.chance(50) ? { t: 'lit', v: ['p', 'q', null] } : variable(random), until: lit(3) };

const emitOp = (random: Random): Op => ({
  op: 'emit',
  event: lit(random.chance(4) ? 'bad/name' : random.pick(EVENTS)),
  payload: random.chance(8)
    ? lit(1)
    : { t: 'object', e: [['k', random.chance(50) ? lit(random.int(3)) : variable(random)]] },
  ...(random.chance(30) && { output: at(random.pick(LOCALS)) }),
});

const waitOp = (random: Random): Op => ({
  op: 'wait',
  oneOf: [
    {
      event: lit(random.pick(EVENTS)),
      ...(random.chance(40) && { filters: { t: 'object' as const, e: [['payload.k', lit(random.int(3))] as const] } }),
    },
  ],
  timeout: lit(1 + random.int(5)),
  ...(random.chance(70) && { output: at(random.pick(LOCALS), 'x') }),
});

/** Acts for somebody else from then on: the turn ends there. */
const switchOp = (random: Random): Op => ({
  op: 'set',
  name: at('user', 'id'),
  value: lit(random.pick(['ann', 'joe'])),
  mode: 'replace',
});

const topicOp = (random: Random): Op => {
  const topic = lit(random.pick(['one', 'two']));
  if (random.chance(50)) return { op: 'createUserTopic', topic, output: at(random.pick(LOCALS)) };
  return {
    op: 'joinUserTopic',
    topic,
    userIds: lit('u1'),
    create: lit(random.chance(70)),
    output: at(random.pick(LOCALS)),
  };
};

const fetchOp = (random: Random): Op => ({
  op: 'fetch',
  url: lit(random.chance(6) ? '' : `https://api.test/${random.pick(['ok', 'slow', 'down', 'failed'])}`),
  query: objectOf(random),
  ...(random.chance(70) && { output: random.chance(10) ? { invalid: 1 } : at(random.pick(LOCALS)) }),
});

const streamUrl = (random: Random): string => `https://api.test/${random.pick(['stream', 'breaks', 'lost', 'gone'])}`;

const streamOf = (random: Random): { readonly stream?: Template } =>
  random.chance(50)
    ? {
        stream: {
          t: 'object',
          e: [
            ['concatenate', lit({ path: 't' })],
            ['payload', variable(random)],
          ],
        },
      }
    : {};

/** A stream made into events. */
const streamFetchOp = (random: Random): Op => ({
  op: 'fetch',
  url: lit(streamUrl(random)),
  stream: {
    t: 'object',
    e: [
      ['event', lit(random.chance(5) ? 'bad/name' : random.pick(EVENTS))],
      ['concatenate', lit({ path: 't', ...(random.chance(50) && { throttle: 700 }) })],
    ],
  },
  output: at(random.pick(LOCALS)),
});

const callOp = (random: Random, { callable }: Around): Op => ({
  op: 'call',
  automation: callable.length === 0 || random.chance(5) ? 'nobody' : random.pick(callable),
  arguments: random.chance(20) ? { t: 'object', e: [['h', { t: 'var', p: ['$http'] }]] } : objectOf(random),
  ...(random.chance(70) && { output: at(random.pick(LOCALS)) }),
});

const failing = (random: Random): Op =>
  random.chance(50)
    ? { op: 'raise', error: { error: 'InvalidInstructionError', message: 'planned', details: {} } }
    : { op: 'set', name: { t: 'at', p: ['$index', 'x'] }, value: lit(1), mode: 'replace' };
