import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { compileSchema, createAjv } from '../../api/runtime/arguments/compile-schema';
import { toSchema } from '../../shared/core/arguments/to-schema';
import { briefly, validate, type Violation } from '../../shared/core/arguments/validate';
import type { Json, JsonObject } from '../../shared/core/json';

interface Case {
  readonly name: string;
  readonly spec?: number;
  /** All arguments with their input, or one named `x` with its value. */
  readonly arguments?: JsonObject;
  readonly input?: JsonObject;
  readonly argument?: JsonObject;
  readonly format?: string;
  readonly value?: Json;
  /** Keyword and place of the first violation, and of the last one where the first only explains it. */
  readonly error?: string;
  readonly last?: string;
  readonly message?: string;
  readonly params?: JsonObject;
  readonly problem?: string;
  readonly at?: string;
}

const folder = join(__dirname, '../arguments');
const read = (file: string) => parse(readFileSync(join(folder, file), 'utf8'), { version: '1.2' }) as Case[];
const files = readdirSync(folder).filter((file) => file !== 'broken-schemas.yaml');

const declaredIn = (source: Case): JsonObject =>
  source.arguments ?? { x: source.argument ?? { format: source.format ?? null } };
const inputOf = (source: Case): JsonObject => source.input ?? { x: source.value ?? null };
const at = (violation: Violation | undefined) => violation && `${violation.keyword} ${violation.instancePath}`;

describe.each(files)('arguments: %s', (file) => {
  it.each(read(file))('$name', (source) => {
    const { schema, problems } = toSchema(declaredIn(source));
    expect(problems).toEqual([]);
    for (const violations of [validate(schema, inputOf(source)), compileSchema(schema)(inputOf(source))]) {
      if (source.error === undefined && source.last === undefined) expect(violations).toEqual([]);
      if (source.error !== undefined) expect(at(violations[0])).toBe(source.error);
      if (source.last !== undefined) expect(at(violations.at(-1))).toBe(source.last);
      if (source.message !== undefined) expect(violations[0]?.message).toBe(source.message);
      if (source.params !== undefined) expect(violations[0]?.params).toEqual(source.params);
    }
  });
});

describe('schemas that are none', () => {
  it.each(read('broken-schemas.yaml'))('$name', (source) => {
    const [problem] = toSchema(declaredIn(source)).problems;
    expect(problem?.message).toContain(source.problem);
    expect(problem?.path.join('.')).toBe(source.at);
  });
});

it('every numbered example of the specification has a case', () => {
  const numbers = new Set(files.flatMap(read).map(({ spec }) => spec));
  expect([1, 2, 3, 4, 5].filter((number) => !numbers.has(number))).toEqual([]);
});

describe('hostile schemas and values', () => {
  const nested = (depth: number): Json => (depth === 0 ? 'end' : { a: nested(depth - 1) });

  it('counts the steps of a schema that doubles at each level', () => {
    const twice = { properties: { a: { $ref: '#/properties/x' } } };
    const { schema } = toSchema({ x: { anyOf: [{ allOf: [twice, { type: 'number' }] }, { allOf: [twice, false] }] } });
    const [first] = validate(schema, { x: nested(60) }).slice(-1);
    expect(first?.keyword).toBeDefined();
  });

  it('goes no deeper than a value may be', () => {
    const { schema } = toSchema({ x: { type: 'object', properties: { a: { $ref: '#/properties/x' } } } });
    let value: Json = {};
    for (let depth = 0; depth < 100_000; depth++) value = { a: value };
    for (const judge of [compileSchema(schema), (v: Json) => validate(schema, v)])
      expect(judge({ x: value })[0]?.message).toBe('is nested too deeply to validate');
  });

  it.each([
    ['unique items', { uniqueItems: true }, Array.from({ length: 50_000 }, (_, i) => ({ i }))],
    ['a pattern', { pattern: '(a+)+$' }, `${'a'.repeat(10_000)}b`],
    ['a url', { format: 'url' }, `http://${':'.repeat(100_000)}`],
    ['an email', { format: 'email' }, `${'a@'.repeat(50_000)}`],
    ['a uri', { format: 'uri' }, `a:${'/'.repeat(100_000)} `],
    ['a reference to a uri', { format: 'uri-reference' }, `${'a:'.repeat(50_000)} `],
    ['a template of a uri', { format: 'uri-template' }, `${'{a,'.repeat(30_000)}`],
    ['a host name', { format: 'hostname' }, `${'a-'.repeat(50_000)}`],
    ['ipv6', { format: 'ipv6' }, '1:'.repeat(50_000)],
  ])('takes no time for %s', (_, argument, value) => {
    const { schema } = toSchema({ x: argument as JsonObject });
    const begun = performance.now();
    validate(schema, { x: value as Json });
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

// ---------------------------------------------------------------- the two validators agree

const key = fc.constantFrom('a', 'b', 'c', 'a/b', 'constructor');
const scalar = fc.oneof(
  fc.constantFrom<Json>(null, true, false, '', 'a', 'ab', '2024-01-01', 'a@b.c', '\u{1F600}'),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 1.5, 1e21),
);
const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
  ),
}));

/** A defect of ajv: behind items by their places, `contains` holds for an empty list. */
const withoutBugs = ({ contains, ...schema }: JsonObject): Json =>
  contains === undefined || schema['items'] !== undefined ? schema : { ...schema, contains };

const typeName = fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'boolean', 'null');
const small = fc.integer({ min: 0, max: 3 });
const { schema: anySchema } = fc.letrec<{ schema: Json }>((tie) => {
  const one = tie('schema');
  const some = fc.array(one, { minLength: 1, maxLength: 3 });
  const byName = fc.dictionary(key, one, { maxKeys: 3, noNullPrototype: true });
  const names = fc.uniqueArray(key, { maxLength: 2 });
  const keyword = fc.oneof(
    fc.record({ type: fc.oneof(typeName, fc.uniqueArray(typeName, { minLength: 1, maxLength: 3 })) }),
    fc.record({ enum: fc.array(anyValue, { minLength: 1, maxLength: 3 }) }),
    fc.record({ const: anyValue }),
    fc.oneof(
      ...['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum'].map((name) => fc.record({ [name]: small })),
    ),
    fc.record({ multipleOf: fc.constantFrom(1, 2, 0.5) }),
    fc.oneof(
      ...['maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties'].map((name) =>
        fc.record({ [name]: small }),
      ),
    ),
    fc.record({ pattern: fc.constantFrom('^a', 'b$', '^[a-z]*$') }),
    fc.record({ format: fc.constantFrom('date', 'email', 'int32', 'name', 'uri') }),
    fc.record({ uniqueItems: fc.boolean() }),
    fc.record({ required: names }),
    fc.oneof(
      ...['properties', 'items', 'additionalProperties', 'not', 'contains', 'propertyNames'].map((name) =>
        fc.record({ [name]: name === 'properties' ? byName : one }),
      ),
    ),
    fc.record({
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$', 'c'), one, { maxKeys: 2, noNullPrototype: true }),
    }),
    fc.record({ items: some, additionalItems: one }),
    fc.record({ dependencies: fc.dictionary(key, fc.oneof(names, one), { maxKeys: 2, noNullPrototype: true }) }),
    fc.oneof(...['anyOf', 'oneOf', 'allOf'].map((name) => fc.record({ [name]: some }))),
    fc.record({ if: one, then: one, else: one }, { requiredKeys: ['if'] }),
    fc.record({ $ref: fc.constantFrom('#/definitions/s', '#/definitions/o') }),
  );
  return {
    schema: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.boolean(),
      fc.array(keyword, { minLength: 1, maxLength: 3 }).map((all) => withoutBugs(Object.assign({}, ...all))),
    ),
  };
});

it('the validator of the machine says what ajv says: the same first violation and the same last', () => {
  const definitions = { s: { type: 'string', minLength: 1 }, o: { type: 'object', required: ['a'] } };
  const told = ({ instancePath, keyword, params, message }: Pick<Violation, keyof Violation>) => ({
    ...{ instancePath, keyword, params, message },
  });
  let broken = 0;
  fc.assert(
    fc.property(anySchema, anyValue, (written, value) => {
      const { schema: root, problems } = toSchema({ x: { items: written } });
      fc.pre(problems.every(({ message }) => message.includes('leads to no schema')));
      const x = (root['properties'] as JsonObject)['x'] as JsonObject;
      const schema: JsonObject = { definitions, properties: { x: x['items'] ?? true } };
      const ours = validate(schema, { x: value }).map(told);
      const isValid = createAjv().compile(schema);
      isValid({ x: value });
      const theirs = briefly((isValid.errors ?? []) as never).map(told);
      if (ours.length > 0) broken++;
      expect(ours.length > 0).toBe(theirs.length > 0);
      expect(ours[0]).toEqual(theirs[0]);
      expect(ours.at(-1)).toEqual(theirs.at(-1));
    }),
    { numRuns: 1_000 },
  );
  expect(broken).toBeGreaterThan(200);
});
