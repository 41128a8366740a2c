/** The working copy of a run during one call of `advance`, and what every part of the machine needs of it. */
import type { NodeId, ProgramSet } from '../automation/program';
import type { Scope as Eyes } from '../expression/scope';
import type { JsonObject, Value } from '../json';
import { readVariable, type ContextView } from './read-variable';
import { mintId, type MintedKind } from './ids';
import { freezeFibre, freezeScopes, thawFibre, thawScopes } from './freeze';
import { MAXIMUM_SIZE } from './to-json';
import type { LoadedNode } from './load-programs';
import { draw } from './random';
import type {
  AdvanceOptions,
  AnswerPart,
  AskedTokens,
  Command,
  ContextName,
  Contexts,
  FibreId,
  RunFacts,
  RunIdentity,
  RunResult,
  OpenStream,
  State,
  StreamId,
  Step,
  Tokens,
} from './types';
import type { WorkFibre, WorkFrame, WorkScope } from './work';

export class Machine implements Eyes {
  readonly programs: ProgramSet;
  run: RunFacts;
  readonly gen: number;
  readonly n: number;
  readonly now: number;
  /** Things minted in this turn. */
  ordinal: number;
  /** Steps of this turn, and of this call: a turn may be cut into several. */
  steps: number;
  stepsOfCall = 0;
  readonly maxSteps: number;
  readonly fibres = new Map<FibreId, WorkFibre>();
  ready: FibreId[];
  nextId: number;
  contexts: Contexts;
  config: { readonly [instance: string]: JsonObject };
  usedBytes: number | undefined;
  fullContexts: readonly ContextName[];
  secrets: readonly string[];
  identity: RunIdentity;
  roleUnknown: boolean;
  yielded: string | undefined;
  tokens: Tokens;
  asked: AskedTokens | undefined;
  answered: boolean;
  parts: number;
  streams: { readonly [id: StreamId]: OpenStream };
  result: RunResult | undefined;
  cut = false;
  /** The fibre that goes on just now: not in `ready`. */
  running: WorkFibre | undefined;
  readonly commands: Command[] = [];
  /** Fibres that nobody joins any more: mostly none, which saves looking for them. */
  detached = 0;
  readonly views = new Map<string, ContextView>();
  private readonly hitsOf = new Map<LoadedNode, number>();
  private readonly observe: ((step: Step) => void) | undefined;
  private random_: number;
  /** In which execution an expression is evaluated just now. */
  private inside: WorkScope | undefined;

  constructor(
    programs: ProgramSet,
    state: State,
    turn: { readonly n: number; readonly now: number },
    options: AdvanceOptions,
  ) {
    this.programs = programs;
    this.run = state.run;
    this.gen = state.gen;
    this.n = turn.n;
    this.now = turn.now;
    this.ordinal = state.open?.ordinal ?? 0;
    this.steps = state.open?.steps ?? 0;
    this.maxSteps = options.maxSteps ?? Infinity;
    this.observe = options.observe?.bind(options);
    this.ready = [...state.ready];
    this.nextId = state.nextId;
    this.contexts = state.contexts;
    this.config = state.config;
    this.usedBytes = state.usedBytes;
    this.fullContexts = state.fullContexts ?? [];
    this.secrets = state.secrets ?? [];
    this.identity = state.identity;
    this.roleUnknown = state.roleUnknown === true;
    this.yielded = state.yielded;
    this.tokens = state.tokens ?? {};
    this.asked = state.asked;
    this.answered = state.answered === true;
    this.parts = state.parts ?? 0;
    this.streams = state.streams ?? {};
    this.result = state.result;
    this.random_ = state.random;
    const scopes = thawScopes(programs, state);
    for (const fibre of state.fibres) {
      this.fibres.set(fibre.id, thawFibre(fibre, scopes));
      if (fibre.detached) this.detached++;
    }
  }

  freeze(state: State): State {
    const open = this.cut ? { now: this.now, ordinal: this.ordinal, steps: this.steps } : undefined;
    return {
      stateVersion: state.stateVersion,
      run: this.run,
      gen: this.gen,
      n: this.cut ? this.n : this.n + 1,
      ...(open && { open }),
      random: this.random_,
      fibres: [...this.fibres.values()].map(freezeFibre),
      ready: this.ready,
      nextId: this.nextId,
      scopes: freezeScopes(this.fibres.values()),
      contexts: this.contexts,
      config: this.config,
      ...(this.usedBytes !== undefined && { usedBytes: this.usedBytes }),
      ...(this.fullContexts.length > 0 && { fullContexts: this.fullContexts }),
      ...(this.secrets.length > 0 && { secrets: this.secrets }),
      identity: this.identity,
      ...(this.roleUnknown && { roleUnknown: this.roleUnknown }),
      ...(this.yielded !== undefined && { yielded: this.yielded }),
      ...(Object.values(this.tokens).some((held) => held > 0) && { tokens: this.tokens }),
      ...(this.asked && { asked: this.asked }),
      ...(this.answered && { answered: this.answered }),
      ...(this.parts > 0 && { parts: this.parts }),
      ...(Object.keys(this.streams).length > 0 && { streams: this.streams }),
      ...(this.result && { result: this.result }),
    };
  }

  /** How often each instruction was entered: `<program digest>/<node>`. */
  hits(): { [node: string]: number } {
    const hits: { [node: string]: number } = {};
    for (const [node, count] of this.hitsOf) {
      const key = `${node.program.linked.digest}/${node.id}`;
      hits[key] = (hits[key] ?? 0) + count;
    }
    return hits;
  }

  hit(node: LoadedNode): void {
    this.hitsOf.set(node, (this.hitsOf.get(node) ?? 0) + 1);
  }

  seen(node: LoadedNode, fibre: WorkFibre, phase: Step['phase']): void {
    this.observe?.({ node: node.id as NodeId, program: node.program.linked.digest, fibre: fibre.id, phase });
  }

  command(command: Command): void {
    this.commands.push(command);
  }

  /** Sends a part of the answer before its end. */
  part(part: Exclude<AnswerPart, { readonly end: unknown }>): void {
    this.command({ kind: 'answer', part: { ...part, index: this.parts++ } });
  }

  /** The answer is complete: what is sent after it reaches nobody. */
  end(end: Extract<AnswerPart, { readonly end: unknown }>['end']): void {
    this.answered = true;
    this.command({ kind: 'answer', part: { end, ...(this.parts > 0 && { index: this.parts }) } });
  }

  mint(kind: MintedKind): string {
    return mintId(kind, { run: this.run.key, gen: this.gen, turn: this.n, ordinal: this.ordinal++ });
  }

  /** Ends the turn before the next step. The run goes on when `flushed` names this command. */
  yieldTurn(): void {
    if (this.yielded !== undefined) return;
    this.yielded = this.mint('command');
    this.command({ kind: 'yield', commandId: this.yielded });
  }

  /** Ends the turn too: `flushed` brings the tokens. */
  askTokens(asked: AskedTokens): void {
    this.asked = asked;
    this.yielded = this.mint('command');
    this.command({ kind: 'yield', commandId: this.yielded, tokens: { [asked.kind]: asked.amount } });
  }

  newId(): number {
    return this.nextId++;
  }

  // -------------------------------------------------------------- what expressions see

  /** Expressions evaluated with what is returned see this execution's variables. */
  eyesIn(scope: WorkScope): Eyes {
    this.inside = scope;
    return this;
  }

  lookup(root: string): Value {
    const scope = this.inside;
    if (scope === undefined) throw new Error('cannot happen: an expression outside of an execution');
    return readVariable(this, scope, root);
  }

  random(): number {
    const { value, state } = draw(this.random_);
    this.random_ = state;
    return value;
  }

  seed(random: number): void {
    this.random_ = random >>> 0;
  }

  get maximumSize(): number {
    return this.run.limits.maximumValueSize ?? MAXIMUM_SIZE;
  }

  get locale(): string {
    return this.run.env.locale;
  }

  get timeZone(): string {
    return this.run.env.timeZone;
  }

  // -------------------------------------------------------------- fibres

  fibre(id: FibreId): WorkFibre {
    const fibre = this.fibres.get(id);
    if (fibre === undefined) throw new Error(`cannot happen: no fibre ${id}`);
    return fibre;
  }

  addFibre(base: WorkScope, frames: WorkFrame[], joins: FibreId | undefined): WorkFibre {
    const id = this.newId();
    const fibre: WorkFibre = { id, frames, base, scope: base, park: undefined, joins, detached: false, ended: false };
    this.fibres.set(id, fibre);
    return fibre;
  }

  removeFibre(fibre: WorkFibre): void {
    fibre.ended = true;
    if (fibre.detached) this.detached--;
    this.fibres.delete(fibre.id);
  }

  /** Lets a parked fibre go on, behind those that already can. */
  wake(fibre: WorkFibre): void {
    fibre.park = undefined;
    this.ready.push(fibre.id);
  }
}
