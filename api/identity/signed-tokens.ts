import { calculateJwkThumbprint, decodeProtectedHeader, errors, exportJWK, generateKeyPair } from 'jose';
import { importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload, type KeyLike } from 'jose';
import type { JsonObject } from '../../shared/core/json';
import type { SigningKey, SigningKeyStore } from '../../shared/ports/identity/signing-key-store';

/** What a token says. Times in milliseconds. */
export interface TokenClaims {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly scopes?: readonly string[];
  readonly correlationId?: string;
  readonly workspaceId?: string;
}

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: { readonly rotationMs: number; readonly sizeBits: number };
  /** No token lives longer: so long is a key kept after it has signed its last one. */
  readonly longestMs: number;
}

const ALGORITHM = 'RS256';
/** Another process may have made a key since we looked; whoever sends unknown keys must not make us look all the time. */
const RELOAD_EVERY_MS = 5_000;
/** Verified once, a token stays genuine until it expires: a signature costs more than all else of a short request. */
const REMEMBERED = 5_000;

export interface RotationReport {
  readonly created: readonly string[];
  readonly deleted: readonly string[];
}

/** Signs tokens with the newest key, and verifies those of all keys that are kept. */
export class SignedTokens {
  private keys: readonly LoadedKey[] = [];
  private loadedAt = -Infinity;
  private readonly genuine = new Map<string, { readonly claims: TokenClaims; readonly expiresAt: number }>();

  constructor(
    private readonly store: SigningKeyStore,
    private readonly settings: TokenSettings,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes a key where there is none or the newest is too old, and removes those whose last token has expired. */
  async rotate(): Promise<RotationReport> {
    const { keys, longestMs } = this.settings;
    const found = await this.store.list();
    const time = this.now();
    const created: string[] = [];
    if (found[0] === undefined || found[0].createdAt + keys.rotationMs <= time) {
      const key = await newKey(keys.sizeBits, time);
      await this.store.add(key);
      created.push(key.kid);
    }
    // A key signed until the next newer one was made.
    const deleted = found.filter((_, n) => n > 0 && (found[n - 1]?.createdAt ?? time) + longestMs <= time);
    for (const { kid } of deleted) await this.store.delete(kid);
    await this.load();
    return { created, deleted: deleted.map(({ kid }) => kid) };
  }

  async issue(claims: TokenClaims, expiresAt: number): Promise<string> {
    const key = this.keys[0] ?? (await this.load(), this.keys[0]);
    if (key === undefined) throw new Error('cannot happen: there is a signing key after the start');
    const { sessionId, scopes, correlationId, workspaceId, userId } = claims;
    const token = new SignJWT({
      ...(sessionId !== undefined && { prismeaiSessionId: sessionId }),
      ...(scopes !== undefined && { scope: scopes.join(' ') }),
      ...(correlationId !== undefined && { correlationId }),
      ...(workspaceId !== undefined && { workspaceId }),
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT' })
      .setIssuer(this.settings.issuer)
      .setAudience(this.settings.audience)
      .setIssuedAt(Math.floor(this.now() / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000));
    return (userId === undefined ? token : token.setSubject(userId)).sign(key.privateKey);
  }

  /** @returns what the token says, or why it does not count */
  async verify(token: string): Promise<TokenClaims | { readonly refused: string }> {
    const known = this.genuine.get(token);
    if (known !== undefined && known.expiresAt > this.now()) return known.claims;
    const kid = kidOf(token);
    if (kid === null) return { refused: 'Malformed authentication token' };
    const key = await this.find(kid);
    if (key === undefined) return { refused: 'Authentication token signed with an unknown key' };
    try {
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [ALGORITHM],
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        requiredClaims: ['exp'],
        currentDate: new Date(this.now()),
      });
      const claims = toClaims(payload);
      this.remember(token, claims, (payload.exp ?? 0) * 1000);
      return claims;
    } catch (error) {
      if (error instanceof errors.JOSEError) return { refused: error.message };
      throw error;
    }
  }

  publicKeys(): JsonObject {
    return { keys: this.keys.map(({ publicJwk }) => publicJwk as unknown as JsonObject) };
  }

  private remember(token: string, claims: TokenClaims, expiresAt: number): void {
    if (this.genuine.size >= REMEMBERED) {
      // The one that was verified longest ago.
      for (const oldest of this.genuine.keys()) {
        this.genuine.delete(oldest);
        break;
      }
    }
    this.genuine.set(token, { claims, expiresAt });
  }

  private async find(kid: string): Promise<LoadedKey | undefined> {
    const known = this.keys.find((key) => key.kid === kid);
    if (known !== undefined || this.loadedAt + RELOAD_EVERY_MS > this.now()) return known;
    await this.load();
    return this.keys.find((key) => key.kid === kid);
  }

  private async load(): Promise<void> {
    this.loadedAt = this.now();
    this.keys = await Promise.all((await this.store.list()).map(loadKey));
    this.genuine.clear();
  }
}

interface LoadedKey {
  readonly kid: string;
  readonly privateKey: KeyLike;
  readonly publicKey: KeyLike;
  readonly publicJwk: JWK;
}

async function newKey(sizeBits: number, createdAt: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: sizeBits, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint(jwk), createdAt, jwk: jwk as unknown as JsonObject };
}

async function loadKey({ kid, jwk: stored }: SigningKey): Promise<LoadedKey> {
  const jwk = stored as unknown as JWK;
  const { kty, n, e } = jwk;
  const publicJwk: JWK = { kty, n, e, kid, alg: ALGORITHM, use: 'sig' };
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, ALGORITHM), importJWK(publicJwk, ALGORITHM)]);
  return { kid, publicJwk, privateKey: privateKey as KeyLike, publicKey: publicKey as KeyLike };
}

function kidOf(token: string): string | null {
  try {
    const { kid } = decodeProtectedHeader(token);
    return token.split('.').length === 3 ? (kid ?? '') : null;
  } catch {
    return null;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function toClaims({ sub, prismeaiSessionId, scope, correlationId, workspaceId }: JWTPayload): TokenClaims {
  return {
    userId: text(sub),
    sessionId: text(prismeaiSessionId),
    scopes: text(scope)?.split(' ') ?? [],
    correlationId: text(correlationId),
    workspaceId: text(workspaceId),
  };
}
