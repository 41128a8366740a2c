import { randomBytes } from 'node:crypto';

/** Anything else could break headers, log lines and search attributes that carry the id. */
const acceptable = /^[\w.:-]{1,128}$/;

/** One id per external request, 32 hexadecimal characters when it is ours. */
export const newCorrelationId = (): string => randomBytes(16).toString('hex');

/** @param given the client's own id; kept only when the setting allows it and it is harmless */
export const correlationIdFor = (given: string | undefined, overwrite: boolean): string =>
  !overwrite && given !== undefined && acceptable.test(given) ? given : newCorrelationId();
