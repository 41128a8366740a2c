/**
 * What people write into a search box: words and "phrases", `word*`, `field:value`, AND, OR, NOT, `+`,
 * `-`, parentheses. What makes no sense as syntax is text.
 */
import { fieldKind } from './field-values';
import * as limits from './limits';
import { all, none, type Query } from './query';
import { type RequestPart } from './request-part';
import { wordsOf } from './words';

export interface Joints {
  both(queries: readonly Query[]): Query;
  either(queries: readonly Query[]): Query;
  not(query: Query): Query;
}

type Token = { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' | '+' | '-' } | Term;
interface Term {
  readonly kind: 'term';
  readonly field?: string;
  readonly text: string;
  readonly isPhrase: boolean;
}

const TOKEN =
  /\s*(?:(\(|\)|&&|\|\||!|[+-](?=\S))|(?:([\w.@$-]+):)?(?:"((?:[^"\\]|\\.)*)"|((?:[^\s()"\\:]|\\.|:)+)))|\s*(\S)/gsu;
const MARKS: { readonly [mark: string]: Exclude<Token['kind'], 'term'> } = {
  '(': '(',
  ')': ')',
  '&&': 'AND',
  '||': 'OR',
  '!': 'NOT',
  '+': '+',
  '-': '-',
};

/** @param join what stands between two terms without a word */
export function parseQueryString(given: RequestPart, join: Joints['both'], joints: Joints): Query {
  const text = given.text();
  if (text.length > limits.QUERY_TEXT_LENGTH)
    throw given.error(`a text has at most ${limits.QUERY_TEXT_LENGTH} characters`);
  return new Parser(tokensOf(text), join, joints).parse();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [, mark, field, phrase, word] of text.matchAll(TOKEN)) {
    if (mark !== undefined) tokens.push({ kind: MARKS[mark] ?? '(' });
    else if (field === undefined && (word === 'AND' || word === 'OR' || word === 'NOT')) tokens.push({ kind: word });
    else if (phrase !== undefined || word !== undefined)
      tokens.push({
        kind: 'term',
        ...(field !== undefined && { field }),
        text: (phrase ?? word ?? '').replace(/\\(.)/gsu, '$1'),
        isPhrase: phrase !== undefined,
      });
  }
  return tokens;
}

/** Recursive descent; parentheses that don't pair are skipped. Binding: NOT, then AND, then OR. */
class Parser {
  private at = 0;
  /** An OR stands somewhere in the run. */
  private explicitOr = false;
  constructor(
    private readonly tokens: readonly Token[],
    private readonly join: Joints['both'],
    private readonly joints: Joints,
  ) {}

  parse(): Query {
    const found: Query[] = [];
    while (this.at < this.tokens.length) {
      const query = this.alternatives(0);
      if (query) found.push(query);
      else this.at++;
    }
    return this.joined(found) ?? none;
  }

  private peek(kind: Token['kind']): boolean {
    return this.tokens[this.at]?.kind === kind;
  }

  /**
   * A run of clauses. `a OR b` are alternatives, `a AND b` belong together; where nothing stands between, the default
   * decides; `+` and `-` hold for the whole run.
   */
  private alternatives(depth: number): Query | undefined {
    const groups: Query[][] = [];
    const wanted: Query[] = [];
    const unwanted: Query[] = [];
    let joint: 'AND' | 'OR' | undefined;
    for (;;) {
      const clause = this.clause(depth);
      if (!clause) break;
      if (clause.sign === '-' && joint !== 'OR') unwanted.push(clause.query);
      else if (clause.sign === '+') wanted.push(clause.query);
      else this.place(groups, clause.sign === '-' ? this.joints.not(clause.query) : clause.query, joint);
      joint = this.joint();
    }
    const free = groups.map((group) => this.joints.both(group));
    // Beside what must be there, what may be there changes nothing: there are no scores.
    const isOptional = wanted.length > 0 && this.join !== this.joints.both;
    const joined = isOptional ? undefined : this.joined(free);
    const parts = [...(joined ? [joined] : []), ...wanted, ...unwanted.map((one) => this.joints.not(one))];
    return parts.length === 0 ? undefined : this.joints.both(parts);
  }

  private place(groups: Query[][], query: Query, joint: 'AND' | 'OR' | undefined): void {
    if (joint === 'OR') this.explicitOr = true;
    const last = groups[groups.length - 1];
    if (joint === 'AND' && last) last.push(query);
    else groups.push([query]);
  }

  private joined(queries: readonly Query[]): Query | undefined {
    if (queries.length === 0) return undefined;
    return this.explicitOr ? this.joints.either(queries) : this.join(queries);
  }

  private joint(): 'AND' | 'OR' | undefined {
    let found: 'AND' | 'OR' | undefined;
    while (this.peek('AND') || this.peek('OR')) found = this.tokens[this.at++]?.kind as 'AND' | 'OR';
    return found;
  }

  private clause(depth: number): { readonly query: Query; readonly sign: '' | '+' | '-' } | undefined {
    let sign: '' | '+' | '-' = '';
    for (;;) {
      const token = this.tokens[this.at];
      if (!token || token.kind === ')') return undefined;
      this.at++;
      if (token.kind === 'NOT' || token.kind === '-') sign = '-';
      else if (token.kind === '+') sign = '+';
      else if (token.kind === '(') {
        const inner = depth < limits.QUERY_DEPTH ? this.inside(depth + 1) : undefined;
        if (inner) return { query: inner, sign };
      } else if (token.kind === 'term') {
        const query = termQuery(token);
        if (query) return { query, sign };
      }
    }
  }

  private inside(depth: number): Query | undefined {
    const outer = this.explicitOr;
    this.explicitOr = false;
    const query = this.alternatives(depth);
    this.explicitOr = outer;
    if (this.peek(')')) this.at++;
    return query;
  }
}

/** Undefined when nothing is left to search for, as of lone punctuation. */
function termQuery({ field, text, isPhrase }: Term): Query | undefined {
  const isPrefix = !isPhrase && text.length > 1 && text.endsWith('*');
  const bare = isPrefix ? text.slice(0, -1) : text;
  if (field !== undefined) {
    if (!isPhrase && text === '*') return { kind: 'exists', field };
    if (isPrefix) return { kind: 'prefix', field, prefix: bare };
    return fieldKind(field) === 'keyword' || fieldKind(field) === 'payload'
      ? { kind: 'term', field, values: [bare] }
      : numberTerm(field, bare);
  }
  if (text === '*' && !isPhrase) return all;
  const words = wordsOf(bare);
  return words.length === 0 ? undefined : { kind: 'text', words, isPrefix };
}

function numberTerm(field: string, text: string): Query {
  const number = fieldKind(field) === 'date' ? Date.parse(text) : Number(text);
  return Number.isNaN(number) ? none : { kind: 'term', field, values: [String(number)] };
}
