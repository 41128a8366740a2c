import { isText, type DocNode } from '../../automation/document-node';
import type { Reporter } from '../../automation/reporter';
import type { Template } from '../../expression/template';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { checkEventName } from '../event-name';
import { fieldsOf, isTemplateText, type Fields } from '../fields';
import { concatenateFields, fetchFields, partFields, streamFields } from './fields';

/** `fetch: {url, method?, headers?, query?, body?, multipart?, emitErrors?, outputMode?, stream?, prismeaiApiKey?, output?}`. */
export const compileFetch: CompileInstruction = (payload, { name, reporter, emits }) => {
  const fields = fieldsOf(payload, name, fetchFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const event = checkStream(fields.get('stream'), reporter);
  if (event !== undefined) emits(event);
  checkParts(fields.get('multipart'), reporter);
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
    multipart: fields.template('multipart'),
    stream: fields.template('stream'),
    emitErrors: fields.template('emitErrors'),
    outputMode: fields.template('outputMode'),
    apiKey: fields.template('prismeaiApiKey'),
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, Template] => entry[1] !== undefined),
  );
}

/** @returns the event's name when it is known now */
function checkStream(node: DocNode | undefined, reporter: Reporter): string | undefined {
  if (node?.kind !== 'map') return undefined; // Another constant is reported by its kind.
  const fields = fieldsOf(node, 'stream', streamFields, reporter);
  const concatenate = fields?.get('concatenate');
  if (concatenate?.kind === 'map') fieldsOf(concatenate, 'concatenate', concatenateFields, reporter);
  const event = fields?.get('event');
  return event && checkEventName(event, reporter);
}

function checkParts(node: DocNode | undefined, reporter: Reporter): void {
  if (node?.kind !== 'list') return;
  for (const part of node.items) {
    if (isTemplateText(part)) continue;
    const fields = fieldsOf(part, 'multipart', partFields, reporter);
    if (fields && fields.get('fieldname') === undefined)
      reporter.report('FIELD_MISSING', part, 'Each part of `multipart` needs a `fieldname`');
  }
}
