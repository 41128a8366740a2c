import Ajv from 'ajv';
import { lastTwins } from '../../../shared/core/arguments/checks/lists';
import { formats } from '../../../shared/core/arguments/formats';
import { briefly, validate, type Violation } from '../../../shared/core/arguments/validate';
import { testPattern } from '../../../shared/core/expression/evaluate/regex';
import type { Json, JsonObject } from '../../../shared/core/json';

/** @returns [] when the value holds; else the first violation, after those inside it that explain it */
export type Validate = (value: Json) => readonly Violation[];

/**
 * Makes a function of a schema: called for each start, it is worth generating code for.
 * @param schema of `toSchema`: known keywords only, every pattern and `$ref` checked
 */
export function compileSchema(schema: JsonObject): Validate {
  // Generated code has no bound for schemas that name themselves; the other validator counts.
  if (hasRef(schema)) return (value) => validate(schema, value);
  const isValid = createAjv().compile(schema);
  return (value) => (isValid(value) ? [] : briefly((isValid.errors ?? []).map(toViolation)));
}

const hasRef = (schema: JsonObject): boolean => JSON.stringify(schema).includes('"$ref":');

/** One for each schema: an instance keeps all that it has ever compiled. */
export function createAjv(): Ajv {
  const ajv = new Ajv({
    strict: false,
    // Only what an argument itself holds counts: `constructor` is no argument of `{}`.
    ownProperties: true,
    logger: false,
    meta: false,
    validateSchema: false,
    code: { regExp: linearPattern },
  });
  ajv.addFormat('password', true).addFormat('binary', true);
  for (const [name, { of, test }] of formats) {
    if (of === 'string') ajv.addFormat(name, test);
    else ajv.addFormat(name, { type: 'number', validate: test });
  }
  return quickUniqueItems(ajv);
}

/** Linear in the length of the text, whatever the pattern: arguments and patterns both come from outside. */
function linearPattern(pattern: string) {
  // `toString` is the key under which ajv keeps it.
  return { test: (text: string) => testPattern(pattern, '', text), toString: () => pattern };
}
linearPattern.code = 'linearPattern';

/** Theirs compares every two items. */
function quickUniqueItems(ajv: Ajv): Ajv {
  const check = (isUnique: boolean, list: readonly Json[]): boolean => {
    const twins = isUnique ? lastTwins(list) : null;
    if (twins === null) return true;
    const { i, j } = twins;
    const message = `must NOT have duplicate items (items ## ${j} and ${i} are identical)`;
    // How ajv is told of errors by a keyword that is not its own.
    Object.assign(check, { errors: [{ keyword: 'uniqueItems', params: { i, j }, message }] });
    return false;
  };
  const definition = { keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: true } as const;
  return ajv.removeKeyword('uniqueItems').addKeyword({ ...definition, validate: check });
}

/** What is told is the same whoever has judged. */
const toViolation = ({ instancePath, schemaPath, keyword, params, message = '' }: AjvError): Violation => ({
  instancePath,
  schemaPath,
  keyword,
  params: params as JsonObject,
  message,
});

type AjvError = NonNullable<ReturnType<Ajv['compile']>['errors']>[number];
