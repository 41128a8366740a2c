/**
 * Reference pages are written by hand, but for their blocks: `<!-- fields: wait -->` ... `<!-- end -->`. What stands in a
 * block is made from the tables that the compiler checks by and the tests run.
 */
import { diagnosticSections } from './diagnostic-sections';
import { errorSections } from './error-sections';
import { expressionRows, templateRows } from './expression-rows';
import { documentFields, instructionFields } from './field-rows';
import { instructionExamples } from './instruction-examples';
import { scenarioExample } from './scenario-example';

/** @throws Error when there is nothing to put into a block */
const makers: { readonly [kind: string]: (of: string) => string } = {
  fields: instructionFields,
  document: documentFields,
  examples: instructionExamples,
  expressions: expressionRows,
  templates: templateRows,
  scenario: scenarioExample,
  diagnostics: diagnosticSections,
  errors: errorSections,
};

const BLOCK = /<!-- (\w+)(?:: (.*?))? -->\n[\s\S]*?<!-- end -->/g;

/** @returns the page with every block made anew */
export function fillPage(text: string): string {
  return text.replace(BLOCK, (_, kind: string, of = '') => {
    const make = makers[kind];
    if (!make) throw new Error(`no block is called ${kind}; known: ${Object.keys(makers).join(', ')}`);
    return `<!-- ${kind}${of === '' ? '' : `: ${of}`} -->\n\n${make(of)}\n\n<!-- end -->`;
  });
}
