import nearley from 'nearley';
import type { Expr } from '../ast';
import { isFunctionName } from '../function-names';
import grammar from './expression.generated';
import { grammarLexer } from './grammar-lexer';
import { tokenise, type Token } from './lexer';
import { syntaxError } from './syntax-error';

const compiled = nearley.Grammar.fromCompiled(grammar);

/**
 * Text of a condition or of a `{% %}` block -> expression.
 * @throws InvalidExpressionSyntax, details {expression, position}; also for a function that does not exist
 * Cost: some 10 µs a token; at most MAX_EXPRESSION_TOKENS of them, whatever the text (bench/evaluate).
 */
export function parseExpression(text: string): Expr {
  if (text.trim() === '') throw syntaxError('expression needs to be a non-empty string', text, 0);
  const tokens = tokenise(text);
  const expr = onlyParse(tokens, text);
  checkNames(tokens, text);
  checkTexts(tokens, text);
  return expr;
}

function onlyParse(tokens: readonly Token[], text: string): Expr {
  const parser = new nearley.Parser(compiled);
  // nearley's own report walks its whole table; ours needs the token only.
  Object.assign(parser, { reportError: () => '' });
  grammarLexer.load(tokens);
  try {
    parser.feed(text);
  } catch (cause) {
    const at = (cause as { token?: Token }).token;
    if (at === undefined) throw cause;
    throw syntaxError(`Unexpected '${at.value}'`, text, at.offset);
  }
  const [expr, second] = parser.results as Expr[];
  if (expr === undefined) throw syntaxError('The expression ends too early', text, text.length);
  if (second !== undefined) throw new Error(`cannot happen: two readings of ${text}`);
  return expr;
}

function checkNames(tokens: readonly Token[], text: string): void {
  for (const { type, value, offset } of tokens)
    if (type === 'call' && !isFunctionName(value)) throw syntaxError(`Unknown function '${value}'`, text, offset);
}

/** Two texts side by side of an arithmetic sign are a slip: one text, or a variable, was meant. */
function checkTexts(tokens: readonly Token[], text: string): void {
  for (let i = 1; i + 1 < tokens.length; i++) {
    const sign = tokens[i];
    if (sign === undefined || (sign.type !== 'sign' && sign.type !== 'times')) continue;
    if (tokens[i - 1]?.type === 'string' && tokens[i + 1]?.type === 'string')
      throw syntaxError(`'${sign.value}' cannot join two quoted texts`, text, sign.offset);
  }
}
