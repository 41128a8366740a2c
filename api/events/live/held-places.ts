import { fail } from '../../../shared/core/errors/errors';

/** Counts what is open in each workspace, up to a limit. */
export class HeldPlaces {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly limit: number,
    private readonly what: string,
  ) {}

  /** @returns how to give the place back · @throws Overloaded */
  take(workspaceId: string): () => void {
    const count = this.counts.get(workspaceId) ?? 0;
    if (count >= this.limit)
      throw fail('Overloaded', `The workspace has ${this.limit} ${this.what} open, and no room for more`, {
        limit: this.limit,
      });
    this.counts.set(workspaceId, count + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.counts.get(workspaceId) ?? 1) - 1;
      if (left > 0) this.counts.set(workspaceId, left);
      else this.counts.delete(workspaceId);
    };
  }

  /** By workspace. */
  get held(): { readonly [workspaceId: string]: number } {
    return Object.fromEntries(this.counts);
  }

  get workspaces(): number {
    return this.counts.size;
  }

  get total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }
}
