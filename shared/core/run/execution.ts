/** What an instruction can do: the only face of the machine that `instructions/<name>/execute.ts` sees. */
import type { OutputName, Op } from '../automation/program';
import { factsOf, fail, isPlatformError, type ErrorCode, type PlatformError } from '../errors/errors';
import type { Event, EventTarget } from '../events/event';
import type { Expr, PathTemplate, Template } from '../expression/ast';
import { evaluate } from '../expression/evaluate/evaluate';
import { render } from '../expression/evaluate/render';
import { resolvePath } from '../expression/evaluate/resolve-path';
import type { Json, JsonObject, Value } from '../json';
import type { ChangeOp } from './change-value';
import { isContextName } from './contexts';
import { prefixed } from '../events/app-names';
import { customEvent, errorEvent, nativeEvent, shown, sourceIn } from './events';
import { breakExecution, enterAutomation, type Call } from './executions';
import { forkBranches } from './fibres';
import type { LoadedNode } from './load-programs';
import type { Machine } from './machine';
import { toJson } from './to-json';
import { StreamReader } from './streams';
import type { CallResult, ChunkBatch, OutEvent, Park, StreamId } from './types';
import type { WorkFibre } from './work';
import { writeOutput } from './write-output';
import { deleteVariable, writeOwnLocal, writeStream, writeVariable, type Target } from './write-variable';

/** What a parked instruction was waiting for. */
export type Answer =
  | { readonly event: Event }
  | { readonly timer: true }
  | { readonly result: CallResult }
  | { readonly chunk: ChunkBatch };

/** `done`: go on behind the instruction. `inside`: it has opened a list, a loop, a call, has parked or has left. */
export type Flow = 'done' | 'inside';

export interface Executor<O extends Op = Op> {
  enter(op: O, here: Execution): Flow;
  /** What the fibre was parked for has come; the instruction is done, unless it says that it goes on. */
  resume?(op: O, here: Execution, answer: Answer, park: Park): Flow | void;
}

/** One instruction of one fibre, while it is carried out. */
export class Execution {
  constructor(
    private readonly machine: Machine,
    private readonly fibre: WorkFibre,
    private readonly node: LoadedNode,
  ) {}

  get nodeId(): string {
    return this.node.id;
  }
  get now(): number {
    return this.machine.now;
  }
  get run() {
    return this.machine.run;
  }
  /** Who the run acts for just now. */
  get userId(): string | undefined {
    return this.machine.identity.userId;
  }
  /** App instance that this instruction runs in; '' = the root workspace. */
  get instance(): string {
    return this.fibre.scope.program.linked.instance;
  }

  // -------------------------------------------------------------- values

  evaluate(expression: Expr): Value {
    return evaluate(expression, this.machine.eyesIn(this.fibre.scope));
  }
  /** Of no template: ∅. Not JSON yet: ∅, NaN and infinities may be inside. */
  render(template: Template | undefined): Value {
    return template && render(template, this.machine.eyesIn(this.fibre.scope));
  }
  /** As it will be stored or sent. */
  renderJson(template: Template | undefined): Value {
    return toJson(this.render(template), this.machine.maximumSize);
  }
  resolve(path: PathTemplate): Target {
    return resolvePath(path, this.machine.eyesIn(this.fibre.scope));
  }

  // -------------------------------------------------------------- variables

  set(target: Target, mode: ChangeOp, value: Value): void {
    writeVariable(this.machine, this.fibre.scope, target, { mode, value });
  }
  /** Does this template bring nothing but the answer's stream? Inside anything else it reads as absent. */
  isStream(template: Template | undefined): boolean {
    return template?.t === 'var' && template.p.length === 1 && this.fibre.scope.streams.has(String(template.p[0]));
  }
  /** Lets the target stand for the answer's stream; only a local can. */
  setStream({ segments, push }: Target): void {
    const root = String(segments[0]);
    if (segments.length === 1 && !push && !isContextName(root) && root !== 'config')
      writeStream(this.fibre.scope, root);
  }
  delete(target: Target): void {
    deleteVariable(this.machine, this.fibre.scope, target.segments);
  }
  /** A variable that the instruction itself gives its body, such as `item`. */
  setLocal(name: string, value: Value): void {
    writeOwnLocal(this.fibre.scope, name, value);
  }

  /** Puts the result where the author asked for it. ∅ leaves the variable alone; a name that is none is only reported. */
  output(name: OutputName | undefined, value: Value): void {
    writeOutput(this.machine, this.fibre.scope, name, value);
  }

  /** The dotted name, for events that show an instruction. */
  nameOf(name: OutputName | undefined): Value {
    return name && 'p' in name ? name.p.join('.') : undefined;
  }

  // -------------------------------------------------------------- where to go

  /** Goes into one of the instruction's lists; the instruction is done when the list is. */
  enterList(list: number): Flow {
    const first = this.node.lists[list] ?? null;
    if (first === null) return 'done';
    this.fibre.frames.push({ k: 'list', owner: this.node.id, list, at: first });
    return 'inside';
  }
  enterRepeat(items: readonly Json[] | null, count: number): Flow {
    this.fibre.frames.push({ k: 'repeat', node: this.node, items, count, index: 0 });
    return 'inside';
  }
  /** Turns over a stream, at most so many; the loop closes it when it is left. */
  enterStream(stream: StreamId, most: number): Flow {
    this.fibre.frames.push({ k: 'repeat', node: this.node, items: null, count: most, index: 0, stream });
    return 'inside';
  }
  enterTry(): Flow {
    this.fibre.frames.push({ k: 'try', node: this.node, stage: 'do' });
    this.enterList(0);
    return 'inside';
  }
  /** Starts a fibre for each instruction of the list and waits for all of them. */
  fork(): Flow {
    return forkBranches(this.machine, this.fibre, this.node) ? 'inside' : 'done';
  }
  call(call: Call): Flow {
    enterAutomation(this.machine, this.fibre, this.node.id, call);
    return 'inside';
  }
  break(scope: 'automation' | 'all'): Flow {
    breakExecution(this.machine, this.fibre.scope, scope);
    return 'inside';
  }
  park(park: Park): Flow {
    this.fibre.park = park;
    return 'inside';
  }

  // -------------------------------------------------------------- what goes out

  mint(kind: 'wait' | 'command'): string {
    return this.machine.mint(kind);
  }
  openWait(park: Extract<Park, { kind: 'wait' }>): void {
    const { id, wait, deadline: until } = park;
    this.machine.command({ kind: 'wait', change: { open: { id, workspaceId: this.run.workspaceId, until, ...wait } } });
  }
  closeWait(id: string): void {
    this.machine.command({ kind: 'wait', change: { close: id } });
  }
  fetch(park: Extract<Park, { kind: 'fetch' }>): void {
    this.machine.command({ kind: 'fetch', commandId: park.id, request: park.request, node: park.node });
  }
  topics(park: Extract<Park, { kind: 'topics' }>): void {
    this.machine.command({ kind: 'topics', commandId: park.id, request: park.request, node: park.node });
  }
  /** The streams that this instruction reads. */
  get streams(): StreamReader {
    return new StreamReader(this.machine, this.fibre, this.node.id);
  }
  /** An event made but not sent yet. */
  makeEvent(
    name: string,
    content: { payload: JsonObject; target?: EventTarget; options?: Event['options'] },
  ): OutEvent {
    return customEvent(this.machine, sourceIn(this.fibre.scope), name, content);
  }
  /** Sends it. @returns what the automation may see of it */
  emit(event: OutEvent): Json {
    this.machine.command({ kind: 'emit', event });
    return shown(event);
  }
  native(type: string, payload: JsonObject): void {
    nativeEvent(this.machine, sourceIn(this.fibre.scope), type, { payload });
  }
  /** An `error` event instead of one that the automation meant to emit: the run goes on. @returns the event as the automation may see it */
  reportError(code: ErrorCode, message: string, details: JsonObject): Json {
    const { scope } = this.fibre;
    const name = prefixed(this.instance, 'error');
    return shown(errorEvent(this.machine, sourceIn(scope), { error: code, message, details }, { name }));
  }
}

/** `fn`, with a malformed name turned into the error of the instruction, which is told what the first one said. */
export function orInvalid<T>(fn: () => T, invalid: (reason: JsonObject) => PlatformError): T {
  try {
    return fn();
  } catch (e) {
    if (isPlatformError(e) && e.code === 'InvalidVariableNameError') throw invalid(factsOf(e.details));
    throw e;
  }
}

export const invalidInstruction = (name: string, details: JsonObject): PlatformError =>
  fail('InvalidInstructionError', `Invalid ${name} instruction`, details);
