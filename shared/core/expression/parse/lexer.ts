/**
 * Text of an expression -> tokens, blanks removed. The rules that need blanks are settled here, so the grammar has none:
 * L1 comparisons and `and`, `or`, `in`, `matches`, `exists` stand between blanks (a line break is a blank);
 * L2 a minus is part of the number right after it unless it stands where an operator can stand;
 * L3 a keyword is a whole word: `order` is a word, `or` is not;
 * L4 size, number of tokens and nesting are limited, so that no text can cost much time or stack.
 */
import moo from 'moo';
import { syntaxError } from './syntax-error';

export interface Token {
  readonly type: string;
  readonly value: string;
  readonly offset: number;
}

export const MAX_EXPRESSION_LENGTH = 16_384;
export const MAX_EXPRESSION_TOKENS = 1_000;
export const MAX_EXPRESSION_NESTING = 50;

/** Keywords and what they are called in the grammar; `not x` is one keyword with exactly one blank inside. */
const KEYWORDS: { readonly [word: string]: string | undefined } = Object.assign(Object.create(null), {
  and: 'logical',
  or: 'logical',
  equals: 'equal',
  in: 'equal',
  'not equals': 'equal',
  'not in': 'equal',
  matches: 'matches',
  'not matches': 'matches',
  exists: 'exists',
  'not exists': 'exists',
  true: 'constant',
  false: 'constant',
  null: 'constant',
  undefined: 'constant',
});
export const keywordOf = (text: string): string => text.toLowerCase().replace(/\s/, ' ');

const lexer = moo.states({
  main: {
    blank: { match: /[ \t\r\n]+/, lineBreaks: true },
    string: { match: /"[^"]*"|'[^']*'/, lineBreaks: true },
    blockOpen: '{%',
    blockClose: '%}',
    varOpen: { match: '{{', push: 'variable' },
    regexOpen: { match: /[rR][eE][gG][eE][xX]\(/, push: 'regex' },
    call: { match: /[A-Za-z0-9_]+\(/, value: (text) => text.slice(0, -1) },
    number: /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_])/,
    word: [
      { match: /[nN][oO][tT][ \t\r\n](?:[eE][qQ][uU][aA][lL][sS]|[iI][nN]|[mM][aA][tT][cC][hH][eE][sS]|[eE][xX][iI][sS][tT][sS])(?![A-Za-z0-9_])/, lineBreaks: true },
      { match: /[A-Za-z0-9_]+/ },
    ], // prettier-ignore
    field: { match: /\.[A-Za-z0-9_]+/, value: (text) => text.slice(1) },
    equal: ['===', '==', '=', '!==', '!='],
    not: '!',
    logical: ['&&', '||'],
    compare: ['<=', '>=', '<', '>'],
    sign: ['+', '-'],
    times: ['*', '/', '%'],
    open: '(',
    close: ')',
    comma: ',',
    bracketClose: { match: ']', pop: 1 },
    error: moo.error,
  },
  variable: {
    varWord: /[A-Za-z0-9_$]+/,
    dot: '.',
    bracketOpen: { match: '[', push: 'main' },
    varClose: { match: '}}', pop: 1 },
    error: moo.error,
  },
  regex: {
    varOpen: { match: '{{', push: 'variable' },
    regexText: { match: /(?:[^){]|\{(?!\{))+/, lineBreaks: true },
    regexClose: { match: ')', pop: 1 },
    error: moo.error,
  },
});

const SPACED = new Set(['equal', 'compare', 'logical', 'matches']);
const OPENING = new Set(['blockOpen', 'varOpen', 'regexOpen', 'call', 'open', 'bracketOpen']);
const CLOSING = new Set(['blockClose', 'varClose', 'regexClose', 'close', 'bracketClose']);
const ENDS_OPERAND = new Set(['string', 'number', 'word', 'constant', 'varClose', 'close', 'field', 'exists']);

/** The tokens as the text has them, with keywords named and blanks kept; stops after a piece that is no token. */
export function* rawTokens(text: string): Generator<Token> {
  lexer.reset(text, { line: 1, col: 1, state: 'main' });
  for (const { type, value, offset } of lexer) {
    if (type === 'word') yield { type: KEYWORDS[keywordOf(value)] ?? 'word', value, offset };
    else yield { type: type ?? 'error', value, offset };
    if (type === 'error') return;
  }
}

/** @throws InvalidExpressionSyntax for a piece that is no token, a missing blank (L1) or a text beyond L4 */
export function tokenise(text: string): Token[] {
  if (text.length > MAX_EXPRESSION_LENGTH) throw syntaxError('The expression is too long', text.slice(0, 100), 0);
  const raw = [...rawTokens(text)];
  const tokens: Token[] = [];
  let nesting = 0;
  let nots = 0;
  for (let i = 0; i < raw.length; i++) {
    const token = raw[i];
    if (token === undefined || token.type === 'blank') continue;
    const { type, value, offset } = token;
    const blankBefore = raw[i - 1]?.type === 'blank';
    if (type === 'error') throw syntaxError(`Unexpected ${JSON.stringify(value.slice(0, 20))}`, text, offset);
    const blankAfter = i + 1 === raw.length || raw[i + 1]?.type === 'blank';
    if (SPACED.has(type) && !(blankBefore && blankAfter))
      throw syntaxError(`'${value}' needs blanks around it`, text, offset);
    if (type === 'exists' && !blankBefore) throw syntaxError(`'${value}' needs a blank before it`, text, offset);
    if (type === 'field' && blankBefore) throw syntaxError(`No blank can stand before '.${value}'`, text, offset);
    nots = type === 'not' ? nots + 1 : 0;
    nesting += OPENING.has(type) ? 1 : CLOSING.has(type) ? -1 : 0;
    if (nesting + nots > MAX_EXPRESSION_NESTING) throw syntaxError('The expression is nested too deeply', text, offset);
    if (tokens.length === MAX_EXPRESSION_TOKENS) throw syntaxError('The expression is too long', text, offset);
    const next = raw[i + 1];
    const before = tokens[tokens.length - 1];
    if (value === '-' && next?.type === 'number' && !(before && ENDS_OPERAND.has(before.type))) {
      tokens.push({ type: 'number', value: `-${next.value}`, offset });
      i++;
    } else tokens.push(token);
  }
  return tokens;
}
