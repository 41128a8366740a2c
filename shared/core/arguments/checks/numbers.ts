import { refuse, type Check, type Checks } from './check';
import { checkFormat } from './texts';

const limit =
  (comparison: string, keeps: (value: number, limit: number) => boolean): Check<number> =>
  (value, here) => {
    const rule = here.rule as number;
    return keeps(value, rule) || refuse(here, { comparison, limit: rule }, `must be ${comparison} ${rule}`);
  };

export const numberChecks: Checks<number> = {
  maximum: limit('<=', (value, rule) => value <= rule),
  minimum: limit('>=', (value, rule) => value >= rule),
  exclusiveMaximum: limit('<', (value, rule) => value < rule),
  exclusiveMinimum: limit('>', (value, rule) => value > rule),
  multipleOf(value, here) {
    const multipleOf = here.rule as number;
    const quotient = value / multipleOf;
    // As ajv does it: quotients of 1e21 and more are not seen as whole.
    return quotient === parseInt(String(quotient)) || refuse(here, { multipleOf }, `must be multiple of ${multipleOf}`);
  },
  format: checkFormat('number'),
};
