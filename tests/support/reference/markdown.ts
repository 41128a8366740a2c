import { Document, isCollection, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Json } from '../../../shared/core/json';

/** Collections up to this length stand on one line. */
const FLOW_LENGTH = 76;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(inCell).join(' | ')} |`).join('\n');

const inCell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');

export const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** As code inside a line; a value that holds back-quotes gets more of them around. */
export const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

export const json = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : code(JSON.stringify(value));

/** The way authors write: blocks outside, short things on one line. */
export function yaml(value: Json): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node, path) {
      const isShort = JSON.stringify(node.toJSON()).length <= FLOW_LENGTH;
      const isField = path.length > 1;
      const isInstruction = isMap(node) && node.items.length === 1 && isSeq(path.at(-1));
      if (isShort && isField && !isInstruction && !holdsInstructions(node.toJSON() as Json)) node.flow = true;
    },
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && /[{}%]/.test(node.value)) node.type = 'QUOTE_SINGLE';
    },
  });
  return isCollection(document.contents) ? document.toString({ lineWidth: 100 }) : String(value);
}

/** A list whose items are mappings reads better with one line each. */
const holdsInstructions = (value: Json): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object' && one !== null);
