import { conditionOf } from '../../automation/compile-value';
import { kindOf, pathOf } from '../../automation/document-node';
import { keyText } from '../../automation/place-inside';
import { raiseInvalid, type CompileInstruction } from '../compile-context';

/** `conditions: {<expression>: [instructions], default: [instructions]}`. The default comes last wherever it stands. */
export const compileConditions: CompileInstruction = (payload, { name, reporter, list }) => {
  if (payload.kind !== 'map') {
    const hint = 'one expression a key, with a list of instructions under it';
    reporter.report('INSTRUCTION_SHAPE', payload, `\`conditions\` takes a mapping, not ${kindOf(payload)}`, hint);
    return raiseInvalid(name);
  }
  const guarded = payload.entries.filter(({ key }) => key !== 'default');
  const fallback = payload.entries.find(({ key }) => key === 'default');
  const when = guarded.map(({ key, keySpan, value }) => conditionOf(keyText(key, keySpan), pathOf(value), reporter));
  const lists = guarded.map(({ value }) => list(value));
  return { op: { op: 'conditions', when }, lists: fallback ? [...lists, list(fallback.value)] : lists };
};
