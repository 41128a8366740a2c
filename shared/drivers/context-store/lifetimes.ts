/** How long a stored context lives after it was last written, in milliseconds; null = for ever. */
export type Lifetime = (name: string, owner: string) => number | null;

export interface LifetimeOptions {
  readonly runMs?: number;
  readonly sessionMs?: number;
  readonly socketMs?: number;
  /** For sessions with a duration of their own, such as authenticated ones. */
  sessionDurationMs?(owner: string): number | undefined;
}

/** Defaults: run 60 s, session an hour, socket six hours, the rest for ever. */
export function lifetimes(options: LifetimeOptions = {}): Lifetime {
  return (name, owner) => {
    switch (name) {
      case 'run':
        return options.runMs ?? 60_000;
      case 'session':
        return options.sessionDurationMs?.(owner) ?? options.sessionMs ?? 3_600_000;
      case 'socket':
        return options.socketMs ?? 21_600_000;
      default:
        return null;
    }
  };
}
