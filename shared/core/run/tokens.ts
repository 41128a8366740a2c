/**
 * Tokens of the workspace's rate limits. The machine asks for some at once and ends the turn; the flush takes them from
 * the bucket, the shell waits as long as it says, and the run goes on with them. So a delay is durable, and the same at
 * every replay. Without limits nothing of it happens.
 */
import type { Op } from '../automation/program';
import type { Machine } from './machine';
import type { AskedTokens } from './types';
import type { WorkFibre } from './work';

/** Loops take tokens for so many iterations at once, from the same number on. */
export const ITERATIONS = 500;

type Wish = Pick<AskedTokens, 'kind' | 'amount'>;

/** What entering this instruction takes; a `fetch` takes its token where the call is made. */
export function wishOf({ op }: Op): Wish | undefined {
  if (op === 'emit') return { kind: 'emits', amount: 1 };
  return op === 'call' ? { kind: 'automations', amount: 1 } : undefined;
}

export const wishOfIteration = (index: number): Wish | undefined =>
  index >= ITERATIONS && index % ITERATIONS === 0 ? { kind: 'repeats', amount: ITERATIONS } : undefined;

/** Has the run what this takes? If not, it asks, and the turn ends. */
export function hasTokens(machine: Machine, fibre: WorkFibre, wish: Wish | undefined): boolean {
  const { tokens: limited } = machine.run.limits;
  if (limited === undefined || wish === undefined) return true;
  const { kind, amount } = wish;
  const atOnce = limited[kind];
  if (atOnce === undefined || (machine.tokens[kind] ?? 0) >= amount) return true;
  machine.askTokens({ kind, amount: Math.max(amount, atOnce), fibre: fibre.id });
  return false;
}

export function spendTokens(machine: Machine, wish: Wish | undefined): void {
  if (wish === undefined || machine.run.limits.tokens?.[wish.kind] === undefined) return;
  machine.tokens = { ...machine.tokens, [wish.kind]: (machine.tokens[wish.kind] ?? 0) - wish.amount };
}

/** The tokens have come. The time lost is that of the execution which asked. */
export function takeTokens(machine: Machine, throttledMs: number): void {
  const { asked } = machine;
  if (asked === undefined) return;
  machine.asked = undefined;
  machine.tokens = { ...machine.tokens, [asked.kind]: (machine.tokens[asked.kind] ?? 0) + asked.amount };
  const fibre = machine.fibres.get(asked.fibre);
  if (fibre) addThrottled(fibre, throttledMs);
}

export function addThrottled({ scope }: WorkFibre, throttledMs: number): void {
  if (throttledMs > 0) scope.facts = { ...scope.facts, throttledMs: scope.facts.throttledMs + throttledMs };
}
