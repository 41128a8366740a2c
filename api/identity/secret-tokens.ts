import { createHash, randomBytes } from 'node:crypto';

/** A token that nobody guesses; what is stored of it is its hash. */
export const newSecretToken = (): string => randomBytes(32).toString('base64url');

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
