import type { Token } from './lexer';

/** The lexer as nearley wants it: it hands out tokens that are already made, one parse at a time. */
class GrammarLexer {
  private tokens: readonly Token[] = [];
  private at = 0;

  load(tokens: readonly Token[]): void {
    this.tokens = tokens;
    this.at = 0;
  }
  reset(): void {}
  next(): Token | undefined {
    return this.tokens[this.at++];
  }
  save(): object {
    return {};
  }
  formatError(): string {
    return '';
  }
  /** Whether the lexer makes tokens of that type: the grammar names no other. */
  has(type: string): boolean {
    return type !== '';
  }
}

export const grammarLexer = new GrammarLexer();
