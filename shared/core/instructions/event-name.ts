import { isText, type DocNode } from '../automation/document-node';
import type { Reporter } from '../automation/reporter';
import { isTemplateText } from './fields';

/** Reports a constant event name that no event can have. @returns the name when it is known and right */
export function checkEventName(node: DocNode, reporter: Reporter): string | undefined {
  if (!isText(node) || isTemplateText(node)) return undefined;
  if (/^[a-zA-Z0-9 ._-]+$/.test(node.value)) return node.value;
  const hint = node.value.includes('*')
    ? 'there are no wildcards: name each event'
    : 'letters, digits, blank, `.`, `_` and `-`';
  reporter.report(
    'EVENT_NAME',
    node,
    node.value === '' ? 'An event needs a name' : `\`${node.value}\` cannot name an event`,
    hint,
  );
  return undefined;
}
