import { toJson } from '../automation/document-node';
import { createReporter } from '../automation/reporter';
import { sourceText } from '../automation/source-text';
import { parseDocument } from '../automation/yaml/parse-document';
import { isObject, type JsonObject } from '../json';
import { automationFields } from '../automation/automation-fields';

/** What a YAML text says, within the limits of the compiler. `{}` where it is no mapping, or none that can be read. */
export function readDocument(text: string | undefined): JsonObject {
  if (text === undefined || text.trim() === '') return {};
  const reporter = createReporter('', sourceText(text));
  const root = parseDocument(reporter.source, reporter);
  const value = root && toJson(root);
  return isObject(value) ? value : {};
}

/** An automation may stand below its slug as the only key. */
export function unwrapAutomation(document: JsonObject): { readonly automation: JsonObject; readonly key?: string } {
  const [only, second] = Object.keys(document);
  const inner = only === undefined ? undefined : document[only];
  return only !== undefined && second === undefined && !Object.hasOwn(automationFields, only) && isObject(inner)
    ? { automation: inner, key: only }
    : { automation: document };
}
