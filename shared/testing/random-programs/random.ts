import { draw } from '../../core/run/random';

/** Seeded choices for generators of tests. */
export class Random {
  constructor(private state: number) {}

  /** In [0, below). */
  int(below: number): number {
    const { value, state } = draw(this.state);
    this.state = state;
    return Math.floor(value * below);
  }
  chance(percent: number): boolean {
    return this.int(100) < percent;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }
}
