import type { Json, JsonObject } from '../json';
import { configSchema, judgeConfig, schemaProblems } from './config-schema';

const byName = { lang: { type: 'string', enum: ['fr', 'en'] }, size: { type: 'number' } };
const jsonSchema = { type: 'object', required: ['lang'], additionalProperties: false, properties: byName };
const { type: _type, ...untyped } = jsonSchema;

it.each<readonly [string, Json, JsonObject, readonly string[]]>([
  ['fields by name', byName, { lang: 'fr', more: 1 }, []],
  ['fields by name, wrong', byName, { lang: 'de', size: 'x' }, ['/lang enum', '/size type']],
  ['fields by name require nothing', byName, {}, []],
  ['a field that is called type', { type: { type: 'number' } }, { type: 'x' }, ['/type type']],
  ['a JSON Schema', jsonSchema, { lang: 'fr' }, []],
  ['a JSON Schema requires', jsonSchema, { size: 1 }, [' required']],
  ['a JSON Schema without fields', { type: 'object', minProperties: 1 }, {}, [' minProperties']],
  ['a JSON Schema with its dialect alone', { $schema: 'x', ...untyped }, {}, [' required']],
  ['a JSON Schema that allows nothing else', jsonSchema, { lang: 'fr', more: 1 }, [' additionalProperties']],
  ['a template is what it will be', jsonSchema, { lang: '{{config.lang}}' }, []],
  ['a template inside', { list: { type: 'array', items: { type: 'number' } } }, { list: ['{{config.n}}'] }, []],
  ['a template where no field is', jsonSchema, { lang: 'fr', more: '{{x}}' }, []],
  ['no schema', null, { any: 1 }, []],
  ['a schema that cannot be used', { lang: { type: 'strung' } }, { lang: 1 }, []],
])('%s', (_name, schema, config, expected) => {
  const found = judgeConfig(configSchema(schema), config);
  expect(found.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)).toEqual(expected);
});

it.each<readonly [string, Json, readonly string[]]>([
  ['a type that is none', { lang: { type: 'strung' } }, ['lang.type']],
  ['a rule of the whole', { type: 'object', minProperties: -1 }, ['minProperties']],
  ['a field that is no schema', { lang: 7 }, ['lang']],
])('tells %s', (_name, schema, expected) => {
  expect(schemaProblems(configSchema(schema)).map(({ path }) => path.join('.'))).toEqual(expected);
});
