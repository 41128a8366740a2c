import { jsonOf, templateOf } from '../../automation/compile-value';
import { isNull, type DocNode } from '../../automation/document-node';
import type { Json } from '../../json';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf, isTemplateText } from '../fields';
import { sleepFields } from './fields';

const TEN_YEARS_S = 10 * 365.25 * 86_400;
const ISO_DATE = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** `sleep: <seconds>`, `sleep: {seconds}` or `sleep: {until: <date>}`. What is wrong for certain is told now. */
export const compileSleep: CompileInstruction = (payload, { name, reporter }) => {
  const short = payload.kind === 'scalar';
  const fields = short ? null : fieldsOf(payload, name, sleepFields, reporter);
  if (!short && fields === null) return raiseInvalid('sleep');
  const seconds = short ? payload : given(fields?.get('seconds'));
  const until = given(fields?.get('until'));
  const problem = problemOf(seconds, until);
  if (problem !== null) {
    reporter.report(
      'SLEEP_INVALID',
      seconds ?? until ?? payload,
      problem,
      'write `sleep: 2`, `sleep: {seconds: 2}` or `sleep: {until: "2030-01-01"}`',
    );
    return raiseInvalid('sleep', { seconds: jsonOf(seconds), until: jsonOf(until) });
  }
  return {
    op: {
      op: 'sleep',
      ...(seconds && { seconds: templateOf(seconds, reporter) }),
      ...(until && { until: templateOf(until, reporter) }),
    },
  };
};

const given = (node: DocNode | undefined): DocNode | undefined => (node && isNull(node) ? undefined : node);

function problemOf(seconds: DocNode | undefined, until: DocNode | undefined): string | null {
  if (seconds && until) return '`sleep` takes `seconds` or `until`, not both';
  if (seconds)
    return isTemplateText(seconds) || isSeconds(jsonOf(seconds))
      ? null
      : '`seconds` must be a number from 0 to 10 years';
  if (until)
    return isTemplateText(until) || isDate(jsonOf(until))
      ? null
      : '`until` must be an ISO date or milliseconds since 1970';
  return '`sleep` needs `seconds` or `until`';
}

function isSeconds(value: Json): boolean {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return false;
  return Number(value) >= 0 && Number(value) <= TEN_YEARS_S;
}

/** More than 10 years ahead depends on the day, so the run says that. */
function isDate(value: Json): boolean {
  if (typeof value === 'number') return true;
  if (typeof value !== 'string') return false;
  return ISO_DATE.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10)));
}
