import type { User } from '../../core/identity/user';
import type { Session, SessionStore } from '../../ports/identity/session-store';
import type { SigningKeyStore } from '../../ports/identity/signing-key-store';
import type { AccessTokenStore, OneTimeTokenStore } from '../../ports/identity/token-stores';
import type { UserStore } from '../../ports/identity/user-store';

export interface OpenIdentityStores {
  readonly stores: {
    readonly users: UserStore;
    readonly sessions: SessionStore;
    readonly accessTokens: AccessTokenStore;
    readonly oneTimeTokens: OneTimeTokenStore;
    readonly signingKeys: SigningKeyStore;
  };
  /** Lets the clock of the stores go on. It starts at 0. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export const aUser = (over: Partial<User> = {}): User => ({
  id: 'u1',
  email: 'ada@example.org',
  status: 'validated',
  firstName: 'Ada',
  lastName: 'Lovelace',
  mfa: 'none',
  meta: {},
  groups: [],
  authData: { prismeai: { id: 'u1', email: 'ada@example.org' } },
  ...over,
});

const aSession = (over: Partial<Session> = {}): Session => ({
  id: 's1',
  userId: 'u1',
  createdAt: 0,
  expiresAt: 1000,
  mfaValidated: false,
  csrfToken: 'c1',
  ...over,
});

export function identityStoresContract(driver: string, open: () => Promise<OpenIdentityStores>): void {
  describe(`stores of identity: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenIdentityStores;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    describe('users', () => {
      const users = () => opened.stores.users;
      const search = async (filter: Parameters<UserStore['search']>[0]) =>
        (await users().search(filter, { offset: 0, limit: 10 })).users.map(({ id }) => id);

      it('are found by id and by email, without what proves who they are', async () => {
        expect(await users().create(aUser(), { passwordHash: 'h' })).toBe(true);
        expect(await users().find('u1')).toEqual(aUser());
        expect(await users().findByEmail('ada@example.org')).toEqual(aUser());
        expect(JSON.stringify(await users().find('u1'))).not.toContain('passwordHash');
        expect(await users().credentialsOf('u1')).toEqual({ passwordHash: 'h' });
      });

      it('are null when unknown, and have no credentials', async () => {
        expect(await users().find('nobody')).toBeNull();
        expect(await users().findByEmail('nobody@example.org')).toBeNull();
        expect(await users().credentialsOf('nobody')).toEqual({});
        expect(await users().update('nobody', { set: { firstName: 'X' } })).toBeNull();
        expect(await users().delete('nobody')).toBe(false);
      });

      it('share neither an id nor an email: of two at once one wins', async () => {
        const made = await Promise.all([
          users().create(aUser()),
          users().create(aUser({ id: 'u2' })),
          users().create(aUser({ id: 'u3', email: 'other@example.org' })),
          users().create(aUser({ id: 'u3', email: 'third@example.org' })),
        ]);
        expect(made).toEqual([true, false, true, false]);
        expect((await users().findByEmail('ada@example.org'))?.id).toBe('u1');
      });

      it('may have no email, many of them', async () => {
        const anonymous = { email: undefined, authData: { anonymous: {} } };
        expect(await users().create(aUser({ id: 'a1', ...anonymous }))).toBe(true);
        expect(await users().create(aUser({ id: 'a2', ...anonymous }))).toBe(true);
      });

      it('change in one step: fields replaced, meta and providers merged, credentials set and removed', async () => {
        await users().create(aUser({ meta: { a: 1, b: 2 } }), { passwordHash: 'h' });
        const changed = await users().update('u1', {
          set: { firstName: 'Augusta', mfa: 'totp' },
          meta: { set: { c: 3 }, remove: ['a', 'zzz'] },
          authData: { azure: { oid: 'x' } },
          credentials: { totpSecret: 't' },
        });
        expect(changed).toEqual(
          aUser({
            firstName: 'Augusta',
            mfa: 'totp',
            meta: { b: 2, c: 3 },
            authData: { ...aUser().authData, azure: { oid: 'x' } },
          }),
        );
        expect(await users().find('u1')).toEqual(changed);
        expect(await users().credentialsOf('u1')).toEqual({ passwordHash: 'h', totpSecret: 't' });
        await users().update('u1', { credentials: { totpSecret: null } });
        expect(await users().credentialsOf('u1')).toEqual({ passwordHash: 'h' });
      });

      it('lose no change when many come at once', async () => {
        await users().create(aUser());
        await Promise.all(
          Array.from({ length: 20 }, (_, n) => users().update('u1', { meta: { set: { [`k${n}`]: n } } })),
        );
        expect(Object.keys((await users().find('u1'))?.meta ?? {})).toHaveLength(20);
      });

      it('keep names like __proto__ as what they are', async () => {
        const meta = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
        await users().create(aUser());
        await users().update('u1', { meta: { set: meta } });
        const found = await users().find('u1');
        expect(Object.hasOwn(found?.meta ?? {}, 'constructor')).toBe(true);
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
        expect((found?.meta as { polluted?: boolean }).polluted).toBeUndefined();
      });

      it('are searched by every field at once, case not minded, oldest first, page by page', async () => {
        await users().create(aUser({ platformRole: 'support', groups: ['Chefs'] }));
        await users().create(
          aUser({ id: 'u2', email: 'bob@example.org', firstName: 'Bob', status: 'pending', authData: { azure: {} } }),
        );
        await users().create(aUser({ id: 'u3', email: 'eve@example.org', firstName: 'Eve 100%_' }));
        expect(await search({ ids: ['u2', 'u1', 'x'] })).toEqual(['u1', 'u2']);
        expect(await search({ ids: [] })).toEqual([]);
        expect(await search({ email: 'bob@example.org' })).toEqual(['u2']);
        expect(await search({ emailPart: 'EXAMPLE' })).toEqual(['u1', 'u2', 'u3']);
        expect(await search({ firstName: 'bO' })).toEqual(['u2']);
        expect(await search({ firstName: '%' })).toEqual(['u3']);
        expect(await search({ lastName: 'love', status: 'pending' })).toEqual(['u2']);
        expect(await search({ authProvider: 'AZU' })).toEqual(['u2']);
        expect(await search({ platformRole: 'SUPP', groups: ['chef'] })).toEqual(['u1']);
        const page = await users().search({}, { offset: 1, limit: 1 });
        expect([page.users.map(({ id }) => id), page.size]).toEqual([['u2'], 3]);
      });

      it('are gone when their time is over, and swept away', async () => {
        await users().create(aUser({ expiresAt: 100 }));
        opened.pass(100);
        expect(await users().find('u1')).toBeNull();
        expect(await search({})).toEqual([]);
        expect(await users().sweep()).toBe(1);
        expect(await users().create(aUser())).toBe(true);
      });
    });

    describe('sessions', () => {
      const sessions = () => opened.stores.sessions;

      it('are found until they end or expire', async () => {
        await sessions().create(aSession());
        await sessions().create(aSession({ id: 's2' }));
        expect(await sessions().find('s1')).toEqual(aSession());
        expect(await sessions().end('s1')).toBe(true);
        expect(await sessions().end('s1')).toBe(false);
        expect(await sessions().find('s1')).toBeNull();
        opened.pass(1000);
        expect(await sessions().find('s2')).toBeNull();
        expect(await sessions().sweep()).toBe(1);
      });

      it('of one user end together, but for one', async () => {
        for (const id of ['s1', 's2', 's3']) await sessions().create(aSession({ id }));
        await sessions().create(aSession({ id: 's4', userId: 'u2' }));
        expect(await sessions().endAllOf('u1', 's2')).toBe(2);
        expect(await sessions().find('s2')).not.toBeNull();
        expect(await sessions().endAllOf('u1')).toBe(1);
        expect(await sessions().find('s4')).not.toBeNull();
      });

      it('remember that a second factor was shown', async () => {
        await sessions().create(aSession());
        await sessions().validateMfa('s1');
        expect(await sessions().find('s1')).toEqual(aSession({ mfaValidated: true }));
      });
    });

    describe('access tokens', () => {
      const tokens = () => opened.stores.accessTokens;
      const token = { id: 't1', userId: 'u1', name: 'ci', expiresAt: 50 };

      it('are found by their hash, also when expired', async () => {
        await tokens().create(token, 'hash');
        opened.pass(60);
        expect(await tokens().find('hash')).toEqual(token);
        expect(await tokens().find('other')).toBeNull();
        expect(await tokens().findById('t1')).toEqual(token);
        expect(await tokens().findById('hash')).toBeNull();
      });

      it('are listed and deleted by their own user only', async () => {
        await tokens().create(token, 'h1');
        await tokens().create({ ...token, id: 't2' }, 'h2');
        expect((await tokens().listOf('u1')).map(({ id }) => id)).toEqual(['t1', 't2']);
        expect(await tokens().listOf('u2')).toEqual([]);
        expect(await tokens().delete('u2', 't1')).toBeNull();
        expect(await tokens().delete('u1', 't1')).toEqual(token);
        expect(await tokens().delete('u1', 'h2')).toEqual({ ...token, id: 't2' });
        expect(await tokens().delete('u1', 'h2')).toBeNull();
        await tokens().create(token, 'h3');
        expect(await tokens().deleteAllOf('u1')).toBe(1);
      });
    });

    describe('one-time tokens', () => {
      const tokens = () => opened.stores.oneTimeTokens;
      const token = { purpose: 'password', userId: 'u1', expiresAt: 50 } as const;

      it('serve once: of two at once one gets the user', async () => {
        await tokens().put('h', token);
        const taken = await Promise.all([tokens().take('h', 'password'), tokens().take('h', 'password')]);
        expect(taken.filter((one) => one !== null)).toEqual([{ userId: 'u1' }]);
      });

      it('serve one purpose, until they expire', async () => {
        await tokens().put('h', token);
        await tokens().put('i', token);
        expect(await tokens().take('h', 'validation')).toBeNull();
        expect(await tokens().take('h', 'password')).toEqual({ userId: 'u1' });
        opened.pass(50);
        expect(await tokens().take('i', 'password')).toBeNull();
        expect(await tokens().sweep()).toBe(1);
      });

      it('of a user are deleted together', async () => {
        await tokens().put('h', token);
        await tokens().put('i', { ...token, purpose: 'deletion' });
        expect(await tokens().deleteAllOf('u1', 'password')).toBe(1);
        expect(await tokens().take('h', 'password')).toBeNull();
        expect(await tokens().deleteAllOf('u1')).toBe(1);
      });
    });

    describe('signing keys', () => {
      const keys = () => opened.stores.signingKeys;

      it('are listed newest first, until deleted', async () => {
        await keys().add({ kid: 'a', createdAt: 1, jwk: { kty: 'RSA' } });
        await keys().add({ kid: 'b', createdAt: 2, jwk: { kty: 'RSA' } });
        expect((await keys().list()).map(({ kid }) => kid)).toEqual(['b', 'a']);
        await keys().delete('b');
        expect(await keys().list()).toEqual([{ kid: 'a', createdAt: 1, jwk: { kty: 'RSA' } }]);
      });
    });
  });
}
