import { canonicalJson } from '../canonical-json';
import { shortHash } from '../hash';
import { instructionNames, nativeCompilers, ownCompilers } from '../instructions/compile';
import { compileCall } from '../instructions/call/compile';
import { raise, raiseInvalid, type Compiled, type CompileInstruction } from '../instructions/compile-context';
import type { CompiledAutomation, SourceMap } from './compiled';
import { isNull, kindOf, pathOf, type DocNode, type MapEntry, type MapNode } from './document-node';
import { didYouMean } from './nearest-name';
import type { NodeId, ProgramNode } from './program';
import type { Reporter } from './reporter';
import { isCallName, isSlug } from './slug';
import { positionOf, type Span } from './source-text';

export interface Body {
  readonly do: readonly NodeId[];
  readonly nodes: { readonly [id: NodeId]: ProgramNode };
  readonly sourceMap: SourceMap;
  readonly calls: CompiledAutomation['calls'];
  readonly emits: readonly string[];
  /** Our own instructions it uses without `$`: an automation of that slug would change its meaning. */
  readonly ownInstructions: readonly string[];
}

/**
 * The instructions of `do` -> node table. Ids are given in the order of the text, but a `default` comes after the other
 * branches and a `catch` after its `do`, so that the order of such keys does not show in the program.
 * @param shadowed our own instructions (`try`, `sleep`, `run`) that mean an automation here
 */
export function compileBody(node: DocNode | undefined, reporter: Reporter, shadowed: ReadonlySet<string>): Body {
  const compiler = new BodyCompiler(reporter, shadowed);
  const top = compiler.list(node, null);
  return {
    do: top,
    nodes: Object.fromEntries([...compiler.nodes].sort(byId)),
    sourceMap: Object.fromEntries([...compiler.places].sort(byId)),
    calls: compiler.calls,
    emits: [...compiler.emits],
    ownInstructions: [...compiler.own],
  };
}

/** A list is finished before the instruction that holds it; readers want the order of the text. */
const byId = ([a]: readonly [NodeId, unknown], [b]: readonly [NodeId, unknown]): number =>
  Number(a.slice(1)) - Number(b.slice(1));

class BodyCompiler {
  readonly nodes = new Map<NodeId, ProgramNode>();
  readonly places = new Map<NodeId, SourceMap[string]>();
  readonly calls: { name: string; node: NodeId; path: string }[] = [];
  readonly emits = new Set<string>();
  readonly own = new Set<string>();
  private count = 0;

  constructor(
    private readonly reporter: Reporter,
    private readonly shadowed: ReadonlySet<string>,
  ) {}

  list(node: DocNode | undefined, parent: NodeId | null): readonly NodeId[] {
    if (node === undefined || isNull(node)) return [];
    if (node.kind === 'list') return node.items.flatMap((item) => this.instruction(item, parent));
    const hint = node.kind === 'map' ? 'put `- ` in front of each instruction' : undefined;
    this.reporter.report('INSTRUCTION_SHAPE', node, `Instructions are a list, not ${kindOf(node)}`, hint);
    return [];
  }

  /** No node for an empty item, one for any other. */
  instruction(node: DocNode, parent: NodeId | null): readonly NodeId[] {
    if (isNull(node) || (node.kind === 'map' && node.entries.length === 0)) return [];
    const id = `n${this.count++}`;
    const { op, lists } = node.kind === 'map' ? this.compileItem(node, id) : this.refuseItem(node);
    const anchor = shortHash(canonicalJson(op as unknown as Parameters<typeof canonicalJson>[0])).slice(0, 13);
    this.nodes.set(id, { op, parent, anchor, ...(lists && { lists }) });
    this.places.set(id, this.placeOf(node));
    return [id];
  }

  private compileItem(node: MapNode, id: NodeId): Compiled {
    const [first, ...others] = node.entries;
    if (first === undefined) return raiseInvalid('');
    if (others.length > 0) this.reportOthers(first, others);
    const { key: name, value } = first;
    const compile = this.compilerOf(first, id);
    if (compile === null) return raise('ObjectNotFoundError', 'Automation not found', { automation: name });
    const isBreak = name === 'break';
    if (isNull(value) && !isBreak) {
      const where = { ...value, start: first.keySpan.start, end: first.keySpan.end };
      this.reporter.report('INSTRUCTION_EMPTY', where, `\`${name}\` has no parameters`, hintForEmpty(name));
      return raise('InvalidInstructionError', `Invalid ${name} instruction : undefined or null payload`);
    }
    return compile(value, {
      name,
      reporter: this.reporter,
      list: (inner) => this.list(inner, id),
      emits: (event) => this.emits.add(event),
    });
  }

  private compilerOf({ key: name, keySpan, value }: MapEntry, id: NodeId): CompileInstruction | null {
    const native = nativeCompilers.get(name);
    if (native) return native;
    const always = name.startsWith('$') ? ownCompilers.get(name.slice(1)) : undefined;
    if (always) return always;
    const where = { ...value, start: keySpan.start, end: keySpan.end };
    const own = ownCompilers.get(name);
    if (own) {
      this.own.add(name);
      if (!this.shadowed.has(name)) return own;
      const hint = `write \`$${name}\` for the instruction`;
      this.reporter.report('INSTRUCTION_SHADOWED', where, `\`${name}\` calls the automation of that name`, hint);
    } else if (name.split('.').length > 2 && name.split('.').every(isSlug)) {
      const [instance] = name.split('.');
      const hint = `let \`${instance}\` have an automation that calls it`;
      this.reporter.report('CALL_TOO_DEEP', where, `Only direct app instances can be called, not \`${name}\``, hint);
      return null;
    } else if (!isCallName(name)) {
      const hint = didYouMean(name.replace(/^\$/, ''), instructionNames);
      this.reporter.report(
        'INSTRUCTION_UNKNOWN',
        where,
        `\`${name}\` is no instruction and cannot name an automation`,
        hint,
      );
      return null;
    }
    this.calls.push({ name, node: id, path: pathOf(value) });
    return compileCall;
  }

  private reportOthers(first: MapEntry, others: readonly MapEntry[]): void {
    const names = others.map(({ key }) => `\`${key}\``).join(', ');
    const [second] = others;
    const where = second ? { ...second.value, start: second.keySpan.start, end: second.keySpan.end } : first.value;
    const hint = isNull(first.value)
      ? `indent ${names} below \`${first.key}\``
      : 'put `- ` in front of each instruction';
    this.reporter.report(
      'INSTRUCTION_KEYS',
      where,
      `An instruction has one key, here \`${first.key}\`; ${names} would be ignored`,
      hint,
    );
  }

  private refuseItem(node: DocNode): Compiled {
    const written = node.kind === 'scalar' ? String(node.value) : '';
    const hint = written === 'break' ? 'write `- break: {}`' : 'write `- name: parameters`';
    this.reporter.report(
      'INSTRUCTION_SHAPE',
      node,
      `An instruction is a mapping with one key, not ${kindOf(node)}`,
      hint,
    );
    return raiseInvalid(written);
  }

  private placeOf({ start, end }: Span): SourceMap[string] {
    const { source } = this.reporter;
    let last = end;
    while (last > start && /\s/.test(source.text.charAt(last - 1))) last--;
    const from = positionOf(source, start);
    const to = positionOf(source, last);
    return [from.line, from.col, to.line, to.col];
  }
}

const hintForEmpty = (name: string): string =>
  nativeCompilers.has(name) ? 'indent its parameters below it' : `write \`${name}: {}\` for none`;
