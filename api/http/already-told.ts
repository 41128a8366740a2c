/** Errors of which whoever threw them has made an event already, and knew more of it than the HTTP door does. */
const told = new WeakSet<object>();

export function alreadyTold<E extends object>(error: E): E {
  told.add(error);
  return error;
}

export const isTold = (error: unknown): boolean => typeof error === 'object' && error !== null && told.has(error);
