import { isObject, type Json, type Value } from '../json';
import type { Machine } from './machine';

/**
 * `set $http`: one command object to the caller, in the order headers, chunk, status, keep-alive.
 * Nothing is stored, and what makes no sense is left out. A stream shall be seen while the run goes on: what opens or feeds
 * one leaves with its turn, and a turn that sends much ends early.
 */
export function sendToCaller(machine: Machine, command: Value): void {
  if (machine.answered || !isObject(command)) return;
  const before = machine.parts;
  const headers = headersOf(command.headers);
  if (headers) machine.part({ head: { headers } });
  if (command.chunk) machine.part({ chunk: command.chunk });
  const status = numberOf(command.status);
  if (Number.isInteger(status) && status >= 100 && status <= 599) machine.part({ head: { status } });
  const every = command.sseKeepAlive ? numberOf(command.sseKeepAlive) : NaN;
  const keepsAlive = command.sseKeepAlive === true || every > 0;
  if (keepsAlive) machine.part({ keepAlive: every > 0 ? every : 0 });
  if ((command.chunk || keepsAlive) && isMuch(machine, before)) machine.yieldTurn();
}

/** Counted over the whole run, so that a turn which was cut ends at the same place. */
function isMuch({ run, parts }: Machine, before: number): boolean {
  const { partsPerTurn = 1 } = run.limits;
  return Math.floor(parts / partsPerTurn) > Math.floor(before / partsPerTurn);
}

/** Values that a header can hold; undefined when there is none. */
function headersOf(given: Value): { readonly [name: string]: string } | undefined {
  if (!isObject(given)) return undefined;
  const texts = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' ? [] : [[name, String(value)]],
  );
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

/** Texts of templates are numbers too: `'{{code}}0'`. */
const numberOf = (value: Json | undefined): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
