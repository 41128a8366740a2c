/** What holds for every text: one reading, the same value twice, no hang, no crash. */
import fc from 'fast-check';
import { isPlatformError } from '../errors/errors';
import { evaluate } from './evaluate/evaluate';
import { render } from './evaluate/render';
import { compileTemplate } from './parse/compile-template';
import { parseExpression } from './parse/parse-expression';
import { expressions as expression, vars } from '../../testing/random-expressions';
import { scopeOf } from './scope-of';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
beforeAll(() => process.stdout.write(`expression properties: FC_SEED=${seed}\n`));

const words = `and or && || == = === equals != !== not equals|not in|in|matches|not matches|exists|not exists
< <= > >= + - * / % ! ( ) {% %} , . {{a}} {{s}} {{l}} {{o.k}} {{l[0]}} {{o[{{s}}]}} {{ }} [ ] regex( round( split( date(
.year 1 2.5 -1 'x' "y" word true null undefined Order`;
const token = fc.constantFrom(...words.split(/[ \n|]+/), 'not equals', 'not in', 'not exists', 'not matches');
const tokens = fc.array(fc.tuple(token, fc.constantFrom('', ' ', ' ', ' ')), { maxLength: 25 });
const tokenText = tokens.map((list) => list.map(([word, blank]) => word + blank).join(''));

/** The value, or the code of a documented error; anything else is a bug and passes through. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (isPlatformError(error)) return { thrown: error.code };
    throw error;
  }
}
/** A slow text is measured again: this machine is shared. */
function msOf(work: () => unknown): number {
  const once = (): number => {
    const start = performance.now();
    outcome(work);
    return performance.now() - start;
  };
  const first = once();
  return first < 50 ? first : Math.min(first, once(), once());
}

/** Counts draws up, so that a drawn number shows which draw it is. */
const drawing = (): { scope: ReturnType<typeof scopeOf> } => {
  let drawn = 0;
  return { scope: scopeOf(vars, { random: () => (drawn += 0.001) }) };
};

describe('every expression', () => {
  it('gives the same value twice, also after a way through JSON', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const compiled = outcome(() => parseExpression(text)) as ReturnType<typeof parseExpression>;
        if ('thrown' in compiled) return;
        const first = outcome(() => evaluate(compiled, drawing().scope));
        const again = outcome(() => evaluate(JSON.parse(JSON.stringify(compiled)), drawing().scope));
        expect(again).toEqual(first);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it('that the language describes is accepted', () => {
    let accepted = 0;
    fc.assert(
      fc.property(expression, (text) => {
        const compiled = outcome(() => parseExpression(text)) as object;
        if (!('thrown' in compiled)) accepted++;
      }),
      { seed, numRuns: 500 },
    );
    // Two quoted texts beside each other are refused, and what is longer than the limits.
    expect(accepted).toBeGreaterThan(450);
  });

  it('has one reading at most: any row of tokens parses or is refused', () => {
    fc.assert(
      fc.property(tokenText, (text) => {
        outcome(() => parseExpression(text));
      }),
      { seed, numRuns: 3_000 },
    );
  });
});

describe('any text up to 4 KB', () => {
  it('is a template or is refused, in under 50 ms, and renders without a crash', () => {
    const piece = fc.oneof(
      tokenText,
      fc.string({ maxLength: 40 }),
      fc.constantFrom('{{', '}}', '{%', '%}', '"', "'", '[', '(', '!'),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((list) => list.join('').slice(0, 4_096));
    fc.assert(
      fc.property(text, (source) => {
        const problems: string[] = [];
        expect(msOf(() => compileTemplate(source))).toBeLessThan(50);
        const template = compileTemplate(source, (problem) => problems.push(problem.code));
        const result = outcome(() => render(template, drawing().scope));
        if (problems.length > 0) expect(result).toHaveProperty('thrown');
      }),
      { seed, numRuns: 5_000 },
    );
  });

  it.each([
    ['parentheses', '('.repeat(4096)],
    ['closed parentheses', '('.repeat(2048) + ')'.repeat(2048)],
    ['exclamation marks', '!'.repeat(4096)],
    ['blocks', '{%'.repeat(2048)],
    ['closed blocks', '{%'.repeat(1024) + '%}'.repeat(1024)],
    ['variables', '{{a['.repeat(1024)],
    ['sums', '1+'.repeat(2047) + '1'],
    ['conjunctions', 'a and '.repeat(682) + 'a'],
    ['equalities', '1 == '.repeat(166) + '1'],
    ['calls', 'json('.repeat(800)],
    ['quotes', '"'.repeat(4095)],
    ['dots', `{{a${'.a'.repeat(2040)}}}`],
    ['braces', '{'.repeat(4096)],
    ['regexes', 'a matches regex('.repeat(256)],
  ])('of %s is parsed or refused in under 50 ms', (_name, text) => {
    expect(msOf(() => parseExpression(text))).toBeLessThan(50);
    expect(msOf(() => compileTemplate(text))).toBeLessThan(50);
    expect(msOf(() => compileTemplate(`{%${text}%}`))).toBeLessThan(50);
  });

  it('nests 40 levels, and refuses 60', () => {
    const nested = (n: number): string => '('.repeat(n) + '1' + ')'.repeat(n);
    expect(evaluate(parseExpression(nested(40)), scopeOf({}))).toBe(1);
    expect(() => parseExpression(nested(60))).toThrow('nested too deeply');
  });
});

describe('what variables bring', () => {
  it('is inserted as it is, whatever it holds', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom('{{v}}', '{{s}}', '$&', "$'", '{% 1 %}', '}}', '{{', '"', '\\'),
    );
    fc.assert(
      fc.property(nasty, nasty, (v, w) => {
        const scope = scopeOf({ v, w, s: 'hello' });
        expect(render(compileTemplate('<{{v}}|{{w}}>'), scope)).toBe(`<${v}|${w}>`);
        expect(render(compileTemplate('{% {{v}} + {{w}} %}'), scope)).toBe(v + w);
        expect(render(compileTemplate({ k: '{{v}}' }), scope)).toEqual({ k: v });
      }),
      { seed, numRuns: 500 },
    );
  });

  it('cannot stall a pattern', () => {
    const a = 'a'.repeat(10_000);
    const matches = (pattern: string): number => {
      const e = parseExpression('{{a}} matches {{pattern}}');
      return msOf(() => evaluate(e, scopeOf({ a, pattern })));
    };
    matches('warm-up');
    for (const pattern of ['(a+)+$', '(a+)+b', '(a|aa)+$', '^(a*)*b', '(x+x+)+y'])
      expect(matches(pattern)).toBeLessThan(50);
  });

  it('fills __proto__ as a key, and nothing is polluted', () => {
    const made = render(compileTemplate(JSON.parse('{"__proto__": {"polluted": "{{s}}"}}')), scopeOf({ s: 'x' }));
    expect(Object.getOwnPropertyNames(made)).toEqual(['__proto__']);
    expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":"x"}}');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('compileTemplate', () => {
  it('reports every mistake with its place', () => {
    const problems: unknown[] = [];
    const template = compileTemplate({ a: ['ok {{x}}', '12{{a..b}}'], b: { c: 'x {% 1 ++ 2 %} {% foo() %}' } }, (p) =>
      problems.push(p),
    );
    expect(problems).toEqual([
      expect.objectContaining({ code: 'InvalidVariableNameError', path: ['a', 1], offset: 2 }),
      expect.objectContaining({ code: 'InvalidExpressionSyntax', path: ['b', 'c'], offset: 8 }),
      expect.objectContaining({ code: 'InvalidExpressionSyntax', message: "Unknown function 'foo'", offset: 18 }),
    ]);
    expect(template.t).toBe('object');
  });

  it('keeps what has no template as it is', () => {
    const value = { a: [1, { b: 'x' }] };
    expect(compileTemplate(value)).toEqual({ t: 'lit', v: value });
    expect((compileTemplate(value) as { v: unknown }).v).toBe(value);
  });

  it('keeps the lists that a template picks typed and shared', () => {
    const l = [1];
    expect(render(compileTemplate('{{l}}'), scopeOf({ l }))).toBe(l);
  });
});

describe('parseExpression', () => {
  it('says where it stopped', () => {
    expect(() => parseExpression('1 + + 2')).toThrow(
      expect.objectContaining({ status: 400, details: { expression: '1 + + 2', position: 4 } }),
    );
    expect(() => parseExpression('')).toThrow('expression needs to be a non-empty string');
  });
});
