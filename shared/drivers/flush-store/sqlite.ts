/**
 * Seals and flushes of runs, each one transaction of the shared file. First write wins: whoever comes later, with
 * whatever clock, gets back what is stored. The cases are those of `docs/runs.md`.
 */
import { createHash } from 'node:crypto';
import { EMIT_TOPIC, type Event, type EventSource } from '../../core/events/event';
import type { FlushAnswer, FlushRequest, SealAnswer, SealRequest } from '../../core/run/flush';
import type { ContextName, ContextRead, Contexts, OutEvent, WaitChange } from '../../core/run/types';
import { fitValue } from '../../core/run/fit-value';
import { outputIn, toRunNote } from '../../core/run/run-note';
import type { FlushStore } from '../../ports/flush-store';
import type { EventLog } from '../broker/event-log';
import type { ContextTable } from '../context-store/context-table';
import type { Vault } from '../encryption/vault';
import type { ConfigWriteLog } from '../config-writes/sqlite';
import type { NoteLog } from '../run-index/note-log';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import { forgetSince, noteAsked, noteTaken } from '../wait-store/look-back';
import type { WaitIndex } from '../wait-store/wait-index';
import { isOwn, ownGeneration } from './generations';
import type { Mask } from './mask';
import { toRecord } from './to-record';
import { traceText } from './trace-text';

export interface FlushStoreParts {
  readonly db: SqliteDatabase;
  readonly log: EventLog;
  readonly contexts: ContextTable;
  readonly waits: WaitIndex;
  /** Tells the list of runs. */
  readonly notes: Pick<NoteLog, 'append'>;
  /** Brings what is set in a `config` into the files of the workspace. */
  readonly configWrites: Pick<ConfigWriteLog, 'append'>;
  /** Hides known secrets in native events and in the trace: the one place for both. */
  readonly mask?: Mask;
  /** Keeps sealed what may hold secrets: values of contexts, answers, waits. */
  readonly vault: Vault;
  /** Who sends what runs emit. Not said by the run itself: it may go on in another process. */
  readonly host?: EventSource['host'];
}

export function sqliteFlushStore(parts: FlushStoreParts): FlushStore {
  const { db, contexts, vault } = parts;
  return {
    seal: (request) => db.write((tx) => seal(parts, tx, request)),
    apply: (request) => db.write((tx) => apply(parts, tx, request)),
    readContextsOnce: (run, workspaceId, owners) =>
      db.write((tx) => {
        const stored = tx.get<{ contexts: string }>('SELECT contexts FROM run_contexts WHERE run = ?', [run]);
        if (stored) return JSON.parse(vault.open(stored.contexts)) as Contexts;
        const read = contexts.readAll(tx, workspaceId, owners);
        tx.run('INSERT INTO run_contexts (run, contexts) VALUES (?, ?)', [run, vault.seal(JSON.stringify(read))]);
        return read;
      }),
  };
}

interface SealRow {
  readonly engine_run: string;
  readonly answer: string;
}

function seal(parts: FlushStoreParts, tx: Tx, request: SealRequest): SealAnswer {
  const { vault } = parts;
  const { run, n } = request;
  let { gen } = request;
  const stored = sealAt(tx, request, gen);
  if (stored && isOwn(request, stored.engine_run)) return JSON.parse(vault.open(stored.answer)) as SealAnswer;
  if (stored) {
    gen = ownGeneration(tx, request, gen);
    const again = sealAt(tx, request, gen);
    if (again) return JSON.parse(vault.open(again.answer)) as SealAnswer;
  }
  const { now, items } = request;
  const answer: SealAnswer = {
    gen,
    n,
    now,
    items,
    contexts: changedContexts(parts.contexts, tx, request),
    ...usedBytes(parts.contexts, tx, request),
    ...(request.role !== undefined && { role: request.role }),
    ...lateEvents(parts, tx, request),
  };
  tx.run('INSERT INTO run_seals (run, gen, n, engine_run, answer) VALUES (?, ?, ?, ?, ?)', [
    run,
    gen,
    n,
    request.engineRunId,
    // Contexts that another run has written: whose secrets they hold, nobody knows here.
    Object.keys(answer.contexts).length > 0 ? vault.seal(JSON.stringify(answer)) : JSON.stringify(answer),
  ]);
  return answer;
}

const sealAt = (tx: Tx, { run, n }: SealRequest, gen: number): SealRow | undefined =>
  tx.get<SealRow>('SELECT engine_run, answer FROM run_seals WHERE run = ? AND gen = ? AND n = ?', [run, gen, n]);

/** A time-out is final only when no event was there in time. */
function lateEvents({ waits }: FlushStoreParts, tx: Tx, { run, items }: SealRequest): Pick<SealAnswer, 'late'> {
  const timedOut = items.flatMap((ref) => (ref.startsWith('t:') ? [ref.slice(2)] : []));
  const late = timedOut.length === 0 ? [] : waits.late(tx, run, timedOut);
  return late.length === 0 ? {} : { late };
}

function usedBytes(table: ContextTable, tx: Tx, request: SealRequest): Pick<SealAnswer, 'usedBytes'> {
  if (request.usedBytes === undefined) return {};
  const used = table.usedBytes(tx, request.workspaceId);
  return used === undefined || used === request.usedBytes ? {} : { usedBytes: used };
}

/** Not "newer": one that has expired since is changed too, and reads as version 0. */
function changedContexts(table: ContextTable, tx: Tx, { workspaceId, contexts }: SealRequest): Contexts {
  const changed: { [name in ContextName]?: ContextRead } = {};
  for (const [name, { owner, version }] of Object.entries(contexts)) {
    const read = table.read(tx, { workspaceId, name, owner });
    if (read.version !== version) changed[name as ContextName] = read;
  }
  return changed;
}

interface FlushRow extends SealRow {
  readonly inputs_hash: string;
}

function apply(parts: FlushStoreParts, tx: Tx, request: FlushRequest): FlushAnswer {
  const { run, gen, flush } = request;
  const stored = tx.get<FlushRow>(
    'SELECT engine_run, inputs_hash, answer FROM run_flushes WHERE run = ? AND gen = ? AND flush = ?',
    [run, gen, flush],
  );
  return stored ? repeated(parts, tx, request, stored) : commit(parts, tx, request);
}

function repeated(parts: FlushStoreParts, tx: Tx, request: FlushRequest, stored: FlushRow): FlushAnswer {
  const { waits, vault } = parts;
  const own = isOwn(request, stored.engine_run);
  if (!own && stored.inputs_hash !== request.inputsHash) {
    // Another timeline took this turn, with other inputs: the caller computes it again under its own generation.
    const gen = ownGeneration(tx, request, request.gen);
    return { first: false, gen, turns: [], events: [], waits: [], contexts: {}, throttledMs: 0 };
  }
  const answer = JSON.parse(vault.open(stored.answer)) as FlushAnswer;
  // The other timeline may have closed since what this one is about to wait for.
  if (!own) {
    waits.reopen(tx, ownerOf(parts, request), request.waits, new Map(answer.waits));
    tellList(parts, tx, request, 0);
  }
  return { ...answer, first: false };
}

/** Trace, waits, events, patches, in this order. Waits come first so that an event of this very flush finds them. */
function commit(parts: FlushStoreParts, tx: Tx, request: FlushRequest): FlushAnswer {
  const { log, contexts, waits } = parts;
  const { run, gen, workspaceId, parkedUntil } = request;
  const of = ownerOf(parts, request);
  if (request.renew) forgetSince(tx, run, request.flush);
  noteTaken(tx, request);
  const registered = waits.apply(tx, of, waitChanges(parts, tx, request), () => log.position(tx));
  const appended = log.append(
    tx,
    request.events.map((event) => logged(parts, request, event)),
  );
  if (!request.ended) noteAsked(tx, request, appended);
  const { versions, refused } = contexts.patch(tx, of, request.patches);
  writeConfigs(parts, tx, request);
  if (parkedUntil) {
    const { runContextOwner: owner, until } = parkedUntil;
    contexts.extend(tx, { workspaceId, name: 'run', owner }, until);
  }
  if (request.ended && request.flush > 0) forgetSince(tx, run, 0);
  if (request.ended && (request.waits.length > 0 || waits.ofRun(run).length > 0)) waits.closeOthers(tx, run, new Set());
  const answer: FlushAnswer = {
    first: true,
    gen,
    turns: request.turns.map(({ n, now, items }) => ({ n, now, items: items.length })),
    events: appended.map(({ id, position }) => [id, position]),
    waits: registered.waits,
    ...(registered.early.length > 0 && { early: registered.early }),
    contexts: versions,
    ...(refused.length > 0 && { refused }),
    throttledMs: request.throttledMs ?? 0,
  };
  store(parts, tx, request, { answer, hides: of.hides });
  tellList(parts, tx, request, answer.throttledMs);
  return answer;
}

/** Files are no place for secrets: a value that holds one stays with the run. */
function writeConfigs({ configWrites, mask }: FlushStoreParts, tx: Tx, request: FlushRequest): void {
  for (const patch of request.patches) {
    if (patch.context !== 'config') continue;
    if (mask && mask.shown(request, patch) !== patch) continue;
    configWrites.append(tx, request.workspaceId, patch);
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function tellList({ notes, mask }: FlushStoreParts, tx: Tx, request: FlushRequest, throttledMs: number): void {
  const output = outputIn(request);
  const note = { ...toRunNote(request, throttledMs), ...(output !== undefined && { output }) };
  const shown = mask ? mask.shown(request, note) : note;
  notes.append(tx, shown.output === undefined ? shown : { ...shown, output: fitValue(shown.output, sha256) });
}

/** Who writes, and whether what it writes may hold secrets. */
const ownerOf = ({ mask }: FlushStoreParts, request: FlushRequest) => ({
  run: request.run,
  workspaceId: request.workspaceId,
  hides: mask?.hides(request) ?? false,
});

function store(
  parts: FlushStoreParts,
  tx: Tx,
  request: FlushRequest,
  { answer, hides }: { readonly answer: FlushAnswer; readonly hides: boolean },
): void {
  const { mask, vault } = parts;
  const rest = hides ? vault.seal : (text: string) => text;
  const { run, gen, flush, engineRunId, inputsHash, workspaceId } = request;
  const at = Date.now();
  const plain = toRecord(request);
  const { record, blobs } = traceText(mask ? mask.trace(request, plain) : plain);
  for (const [digest, json] of blobs) {
    tx.run('INSERT INTO trace_blobs (digest, json) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING', [digest, json]);
    tx.run('INSERT INTO trace_blob_refs (run, digest) VALUES (?, ?) ON CONFLICT DO NOTHING', [run, digest]);
  }
  tx.run(
    `INSERT INTO run_flushes (run, gen, flush, engine_run, inputs_hash, workspace, is_first, answer, record, parts, at, ended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run,
      gen,
      flush,
      engineRunId,
      inputsHash,
      workspaceId,
      request.first ? 1 : 0,
      // A refused patch names its path, which an author may have made of anything.
      answer.refused ? rest(JSON.stringify(answer)) : JSON.stringify(answer),
      record,
      request.answer ? rest(JSON.stringify(request.answer)) : null,
      at,
      request.ended ? at : null,
    ],
  );
}

/** A new generation registers all that is open in its state, and whatever the other timeline left open is closed. */
function waitChanges(
  { waits }: FlushStoreParts,
  tx: Tx,
  { run, waits: changes, renew }: FlushRequest,
): readonly WaitChange[] {
  if (!renew) return changes;
  const all = new Map<string, WaitChange>();
  for (const change of [...changes, ...renew]) all.set('open' in change ? change.open.id : change.close, change);
  waits.closeOthers(tx, run, new Set(all.keys()));
  return [...all.values()];
}

/** Native events tell what happened inside, secrets included; what authors emit goes out as they wrote it. */
function logged(
  { mask, host }: FlushStoreParts,
  request: FlushRequest,
  { origin, ...emitted }: OutEvent,
): { event: Event; origin: OutEvent['origin'] } {
  const native = emitted.source.serviceTopic !== EMIT_TOPIC;
  const event = native && mask ? mask.event(request, emitted) : emitted;
  return { event: host ? sentBy(host, event) : event, origin };
}

/** The size grows by what is added: a comma, and the pair without its braces. */
const sentBy = (host: NonNullable<EventSource['host']>, { source, size, ...event }: Event): Event => ({
  ...event,
  source: { ...source, host },
  size: size + JSON.stringify({ host }).length - 1,
});
