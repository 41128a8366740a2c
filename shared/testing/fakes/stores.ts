import type { Release } from '../../core/automation/compiled';
import type { LoggedEvent } from '../../core/events/event';
import type { TraceRecord } from '../../core/run/flush';
import type { AnswerPart, ContextName, ContextRead, RunKey } from '../../core/run/types';
import type { ContextStore } from '../../ports/context-store';
import type { EventHistory, EventQuery } from '../../ports/event-history';
import type { TraceStore } from '../../ports/flush-store';
import type { IdempotencyStore } from '../../ports/idempotency-store';
import type { ReleaseStore } from '../../ports/release-store';
import type { RegisteredWait, WaitStore } from '../../ports/wait-store';
import type { WorkspaceFiles } from '../../ports/workspace-files';

/** Every context is there, and empty. */
export const fakeContextStore = (): ContextStore => ({
  read: async (_, owners) =>
    Object.fromEntries(
      Object.entries(owners).map(([name, owner]): [ContextName, ContextRead] => [
        name as ContextName,
        { owner, version: 0, value: {} },
      ]),
    ),
});

export function fakeIdempotencyStore(): IdempotencyStore {
  const claims = new Map<string, { run: RunKey; bodyHash: string }>();
  return {
    async claim(key, claim) {
      const held = claims.get(key);
      if (held) return { first: false, ...held };
      claims.set(key, claim);
      return { first: true, ...claim };
    },
    async release(key, run) {
      if (claims.get(key)?.run === run) claims.delete(key);
    },
  };
}

export interface FakeTraceStore extends TraceStore {
  readonly answers: Map<RunKey, readonly AnswerPart[]>;
  readonly records: Map<RunKey, readonly TraceRecord[]>;
}

export function fakeTraceStore(): FakeTraceStore {
  const answers = new Map<RunKey, readonly AnswerPart[]>();
  const records = new Map<RunKey, readonly TraceRecord[]>();
  return {
    answers,
    records,
    answer: async (run) => answers.get(run) ?? [],
    read: async (run) => records.get(run) ?? [],
    readShown: async (run) => records.get(run) ?? [],
    list: async () => [...records.keys()],
  };
}

export interface FakeWaitStore extends WaitStore {
  readonly open: RegisteredWait[];
}

export function fakeWaitStore(open: RegisteredWait[] = []): FakeWaitStore {
  const delivered = new Set<string>();
  const keyOf = ({ run, id }: { run: RunKey; id: string }) => `${run} ${id}`;
  return {
    open,
    listening: async ({ type, source }) =>
      open.filter(
        (wait) =>
          wait.workspaceId === source.workspaceId &&
          wait.oneOf.some(({ event }) => event === type) &&
          !delivered.has(keyOf(wait)),
      ),
    markDelivered: async (run, id) => void delivered.add(keyOf({ run, id })),
    forget: async (run) => {
      for (const wait of open.filter((one) => one.run === run)) open.splice(open.indexOf(wait), 1);
    },
    ofRun: async (run) => open.filter((wait) => wait.run === run),
    count: async () => open.length,
  };
}

export interface FakeReleaseStore extends ReleaseStore {
  readonly activeDigests: Map<string, string>;
  /** Names of the calls that changed something, in order. */
  readonly writes: readonly string[];
}

export function fakeReleaseStore(): FakeReleaseStore {
  const programs = new Map<string, Awaited<ReturnType<ReleaseStore['getProgram']>>>();
  const sources = new Map<string, Awaited<ReturnType<ReleaseStore['getSource']>>>();
  const releases = new Map<string, Release>();
  const activeDigests = new Map<string, string>();
  const writes: string[] = [];
  return {
    activeDigests,
    writes,
    async putProgram(digest, program) {
      writes.push('putProgram');
      programs.set(digest, program);
    },
    getProgram: async (digest) => programs.get(digest) ?? null,
    async putSource(digest, text, map) {
      writes.push('putSource');
      sources.set(digest, { text, map });
    },
    getSource: async (digest) => sources.get(digest) ?? null,
    async putRelease(release) {
      writes.push('putRelease');
      releases.set(release.digest, release);
    },
    getRelease: async (digest) => releases.get(digest) ?? null,
    active: async () => Object.fromEntries(activeDigests),
    async activate(workspaceId, digest) {
      writes.push('activate');
      if (digest === null) activeDigests.delete(workspaceId);
      else activeDigests.set(workspaceId, digest);
    },
  };
}

/** Files that the test changes as it likes. */
export const fakeWorkspaceFiles = (workspaces: {
  [workspaceId: string]: { readonly [path: string]: string };
}): WorkspaceFiles => ({
  list: async () => Object.keys(workspaces).sort(),
  read: async (workspaceId) => workspaces[workspaceId] ?? null,
  watch: () => () => undefined,
});

export interface FakeEventHistory extends EventHistory {
  readonly stored: readonly LoggedEvent[];
  readonly queries: readonly EventQuery[];
}

/** Finds everything of the workspace, whatever it is asked. */
export function fakeEventHistory(): FakeEventHistory {
  const stored: LoggedEvent[] = [];
  const queries: EventQuery[] = [];
  return {
    stored,
    queries,
    store: async (events) => void stored.push(...events),
    async search(workspaceId, query) {
      queries.push(query);
      return stored.map(({ event }) => event).filter(({ source }) => source.workspaceId === workspaceId);
    },
    find: async () => ({ total: 0, hits: [], aggregations: {} }),
    deleteBefore: async () => 0,
    deleteWorkspace: async () => 0,
    workspaces: async () => [...new Set(stored.map(({ event }) => event.source.workspaceId))],
  };
}
