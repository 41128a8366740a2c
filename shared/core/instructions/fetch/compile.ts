import { isText, type DocNode } from '../../automation/document-node';
import type { Reporter } from '../../automation/reporter';
import type { Template } from '../../expression/template';
import { raise, raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf, type Fields } from '../fields';
import { fetchFields } from './fields';

/** `fetch: {url, method?, headers?, query?, body?, emitErrors?, outputMode?, prismeaiApiKey?, output?}`. */
export const compileFetch: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, fetchFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const later = (['multipart', 'stream'] as const).find((field) => fields.get(field) !== undefined);
  if (later !== undefined) {
    reporter.report('NOT_YET', fields.get(later) ?? payload, `\`fetch\` with \`${later}\` is not available yet`);
    return raise('InvalidInstructionError', `\`fetch\` with \`${later}\` is not available yet`);
  }
  const url = urlOf(fields, payload, reporter);
  const options = optionsOf(fields);
  const output = fields.output();
  return { op: { op: 'fetch', url, ...options, ...(output && { output }) } };
};

/** An empty or absent one is for the run to refuse, as it would a template that gives nothing. */
function urlOf(fields: Fields, payload: DocNode, reporter: Reporter): Template {
  const node = fields.get('url');
  const url = fields.template('url');
  if (url === undefined) reporter.report('FIELD_MISSING', node ?? payload, '`fetch` needs a `url`');
  else if (node && isText(node) && !/^https?:\/\/|\{\{|\{%/i.test(node.value))
    reporter.report(
      'FETCH_URL',
      node,
      node.value === '' ? '`url` is empty' : `\`${node.value}\` is no URL`,
      'start with https:// or http://',
    );
  return url ?? { t: 'lit', v: '' };
}

function optionsOf(fields: Fields): { readonly [field: string]: Template } {
  const found: { readonly [field: string]: Template | undefined } = {
    method: fields.template('method'),
    headers: fields.template('headers'),
    query: fields.template('query'),
    body: fields.template('body'),
    emitErrors: fields.template('emitErrors'),
    outputMode: fields.template('outputMode'),
    apiKey: fields.template('prismeaiApiKey'),
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, Template] => entry[1] !== undefined),
  );
}
