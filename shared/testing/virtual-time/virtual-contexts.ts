import type { JsonObject } from '../../core/json';
import { applyPatch } from '../../core/run/change-value';
import { bytesOf } from '../../core/run/context-size';
import type { ContextName, ContextRead, Contexts, Patch } from '../../core/run/types';

/** Stored contexts of one workspace, in memory. */
export class VirtualContexts {
  private readonly stored = new Map<string, { readonly version: number; readonly value: JsonObject }>();

  read(owners: { readonly [K in ContextName]: string | null }): Contexts {
    return Object.fromEntries(Object.entries(owners).map(([name, owner]) => [name, this.one(owner)]));
  }

  /** Those that have changed since they were read. */
  newer(known: Contexts): Contexts {
    const changed = Object.entries(known)
      .map(([name, read]) => [name, read.owner === null ? read : this.one(read.owner)] as const)
      .filter(([name, read]) => read.version > (known[name as ContextName]?.version ?? -1));
    return Object.fromEntries(changed);
  }

  /** What the counted ones take. */
  usedBytes(): number {
    return [...this.stored].reduce(
      (sum, [owner, { value }]) => sum + (owner.startsWith('run:') ? 0 : bytesOf(value)),
      0,
    );
  }

  apply(patch: Patch): void {
    if (patch.context === 'config') return;
    const { version, value } = this.one(patch.owner);
    this.stored.set(patch.owner, { version: version + 1, value: applyPatch(value, patch) });
  }

  private one(owner: string | null): ContextRead {
    const found = owner === null ? undefined : this.stored.get(owner);
    return { owner, version: found?.version ?? 0, value: found?.value ?? {} };
  }
}
