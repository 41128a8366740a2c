import type { Reader } from '../../../shared/core/events/read-rights';
import type { ApiKeys, Caller, Identity, KnownCaller, Permissions, Roles } from '../../../shared/ports/access';
import type { TopicStore } from '../../../shared/ports/topic-store';
import { fail } from '../../../shared/core/errors/errors';
import { withRole } from '../../http/with-role';
import { eventReader, readerIn } from '../event-reader';

export interface ReadersDependencies {
  readonly identity: Pick<Identity, 'current'>;
  readonly roles: Roles;
  readonly topics: Pick<TopicStore, 'topicsOf'>;
  readonly permissions: Pick<Permissions, 'eventReadRules'>;
  readonly workspaces: { has(workspaceId: string): boolean };
  /** Absent: no caller has one. */
  readonly apiKeys?: Pick<ApiKeys, 'givesNow'>;
  /** How often sessions and roles are looked at again. */
  readonly checkEveryMs?: number;
}

/** A right that is taken away is gone within a second. */
export const CHECK_EVERY_MS = 400;

const SESSION_ENDED = 'The session has ended';
const KEY_ENDED = 'The API key has been changed or revoked';

/** Somebody with open subscriptions. */
export interface WatchedReader {
  readonly reader: Reader;
  /** Told when the rights have changed: `reader` is the new one. Returns how to stop. */
  onChanged(listener: () => void): () => void;
  /** Told once, with the reason, when the session, the workspace or what the API key gave is no more. Returns how to stop. */
  onEnded(listener: (reason: string) => void): () => void;
  leave(): void;
}

/**
 * The rights of those who are connected, kept true while they are: topics as they are joined, sessions and roles by
 * looking again. Connections of one session share what is known of it.
 */
export class Readers {
  private readonly entries = new Map<string, Entry>();
  private readonly timer: NodeJS.Timeout;
  private checking = false;

  constructor(private readonly dependencies: ReadersDependencies) {
    this.timer = setInterval(() => void this.check(), dependencies.checkEveryMs ?? CHECK_EVERY_MS);
    this.timer.unref();
  }

  /** @throws AuthenticationError when the API key gives nothing any more */
  async enter(workspaceId: string, caller: Caller): Promise<WatchedReader> {
    const { userId, sessionId, apiKeyId } = caller;
    const given = await this.keyGives(workspaceId, caller);
    if (given === null) throw fail('AuthenticationError', KEY_ENDED);
    const key = JSON.stringify([workspaceId, userId, sessionId, apiKeyId, given]);
    let entry = this.entries.get(key);
    // Known before its rights are read: what changes meanwhile is read again. Until then it may read what anybody may.
    if (!entry)
      this.entries.set(key, (entry = new Entry(workspaceId, caller, { userId, sessionId, topics: new Set() }, given)));
    const entered = entry;
    const leave = (): void => {
      entered.uses--;
      if (entered.uses === 0 && this.entries.get(key) === entered) this.entries.delete(key);
    };
    entered.uses++;
    try {
      await this.readRights(entered, { andTopics: true });
    } catch (error) {
      leave();
      throw error;
    }
    return {
      get reader() {
        return entered.reader;
      },
      onChanged: (listener) => subscribe(entered.changed, listener),
      onEnded: (listener) => {
        // It may have ended while its rights were read.
        const { endedBy } = entered;
        if (endedBy !== undefined) queueMicrotask(() => listener(endedBy));
        return subscribe(entered.ended, listener);
      },
      leave,
    };
  }

  /** Before this resolves, the members' rights are those of the store. */
  async topicsJoined(workspaceId: string, userId: string): Promise<void> {
    for (const entry of this.entries.values())
      if (entry.workspaceId === workspaceId && entry.caller.userId === userId)
        await this.readRights(entry, { andTopics: true });
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** One reading after the other, so that an older answer cannot overwrite a newer one. */
  private readRights(entry: Entry, { andTopics }: { readonly andTopics: boolean }): Promise<void> {
    return (entry.reading = entry.reading
      .catch(() => undefined)
      .then(async () => {
        entry.missedTopics ||= andTopics;
        const { workspaceId, caller } = entry;
        const { role: _before, ...known } = caller;
        const who = await withRole(this.dependencies.roles, known, workspaceId);
        const reader = andTopics
          ? await eventReader(this.dependencies, who, workspaceId)
          : await readerIn(this.dependencies, { ...who, topics: entry.reader.topics }, workspaceId);
        if (andTopics) entry.missedTopics = false;
        if (!isSame(reader, entry.reader)) entry.change(reader);
      }));
  }

  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    for (const [key, entry] of this.entries) {
      const reason = await this.whyOver(entry);
      if (reason !== undefined) {
        this.entries.delete(key);
        entry.end(reason);
      } else {
        // Roles that do not answer take nobody's rights: they are asked again.
        await this.readRights(entry, { andTopics: entry.missedTopics }).catch(() => undefined);
      }
    }
    this.checking = false;
  }

  private async whyOver({ caller, workspaceId, keyGave }: Entry): Promise<string | undefined> {
    if ((await this.knownNow(caller)) === null || !this.dependencies.workspaces.has(workspaceId)) return SESSION_ENDED;
    // Keys that cannot be looked at end nobody: they are asked for again.
    const given = await this.keyGives(workspaceId, caller).catch(() => keyGave);
    return given === keyGave ? undefined : KEY_ENDED;
  }

  /** Of the caller's API key; undefined without one. */
  private async keyGives(workspaceId: string, { apiKeyId }: Caller): Promise<string | null | undefined> {
    if (apiKeyId === undefined) return undefined;
    return this.dependencies.apiKeys?.givesNow(workspaceId, apiKeyId) ?? null;
  }

  /** Undefined: nothing new is known. */
  private async knownNow({ userId, sessionId }: Caller): Promise<KnownCaller | null | undefined> {
    // Whoever calls without a credential has no session that could end.
    if (userId === undefined && sessionId === undefined) return undefined;
    // An identity that does not answer ends nobody's session: it is asked again.
    return this.dependencies.identity.current({ userId, sessionId }).catch(() => undefined);
  }
}

class Entry {
  uses = 0;
  endedBy: string | undefined;
  /** Its topics could not be read when they were to be: the next look does it. */
  missedTopics = false;
  reading: Promise<void> = Promise.resolve();
  readonly changed = new Set<() => void>();
  readonly ended = new Set<(reason: string) => void>();

  constructor(
    readonly workspaceId: string,
    readonly caller: Caller,
    public reader: Reader,
    /** What the API key gave when it entered. */
    readonly keyGave: string | undefined,
  ) {}

  end(reason: string): void {
    this.endedBy = reason;
    for (const listener of this.ended) listener(reason);
  }

  change(reader: Reader): void {
    this.reader = reader;
    for (const listener of this.changed) listener();
  }
}

const isSame = (one: Reader, other: Reader): boolean =>
  one.role === other.role &&
  one.rules?.id === other.rules?.id &&
  one.topics.size === other.topics.size &&
  [...one.topics].every((topic) => other.topics.has(topic));

function subscribe<T extends readonly unknown[]>(
  listeners: Set<(...told: T) => void>,
  listener: (...told: T) => void,
): () => void {
  // A function of its own: the same one given twice is two.
  const own = (...told: T) => listener(...told);
  listeners.add(own);
  return () => void listeners.delete(own);
}
