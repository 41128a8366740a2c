import type { User } from '../../core/identity/user';
import { isObject } from '../../core/json';
import type { Credentials, UserChange, UserFilter, UserStore } from '../../ports/identity/user-store';
import type { Param } from '../sqlite/connection';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface Row {
  readonly user: string;
  readonly credentials: string;
}

export function sqliteUserStore(db: SqliteDatabase, now: () => number = Date.now): UserStore {
  const one = (column: 'id' | 'email', value: string): User | null => {
    const row = db.get<Row & { expires_at: number | null }>(`SELECT user, expires_at FROM users WHERE ${column} = ?`, [
      value,
    ]);
    return row === undefined || (row.expires_at ?? Infinity) <= now() ? null : (JSON.parse(row.user) as User);
  };
  return {
    create: (user, credentials = {}) =>
      db.write((tx) => {
        const { changes } = tx.run(
          'INSERT INTO users (id, email, user, credentials, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
          [user.id, user.email ?? null, JSON.stringify(user), JSON.stringify(credentials), user.expiresAt ?? null],
        );
        if (changes > 0) link(tx, user);
        return changes > 0;
      }),
    find: async (id) => one('id', id),
    findByEmail: async (email) => one('email', email),
    async findByProvider(provider, subject) {
      const row = db.get<{ user: string }>('SELECT user FROM provider_accounts WHERE provider = ? AND subject = ?', [
        ...[provider, subject],
      ]);
      return row === undefined ? null : one('id', row.user);
    },
    async credentialsOf(id) {
      const row = db.get<Row>('SELECT credentials FROM users WHERE id = ?', [id]);
      return row === undefined ? {} : (JSON.parse(row.credentials) as Credentials);
    },
    update: (id, change) => db.write((tx) => update(tx, id, change)),
    async search(filter, { offset, limit }) {
      const { where, params } = conditions(filter, now());
      const found = db.all<Row>(`SELECT user FROM users WHERE ${where} ORDER BY number LIMIT ? OFFSET ?`, [
        ...params,
        limit,
        offset,
      ]);
      const size = db.get<{ size: number }>(`SELECT COUNT(*) AS size FROM users WHERE ${where}`, params)?.size ?? 0;
      return { users: found.map(({ user }) => JSON.parse(user) as User), size };
    },
    delete: (id) =>
      db.write((tx) => {
        tx.run('DELETE FROM provider_accounts WHERE user = ?', [id]);
        return tx.run('DELETE FROM users WHERE id = ?', [id]).changes > 0;
      }),
    sweep: () => db.write((tx) => tx.run('DELETE FROM users WHERE expires_at <= ?', [now()]).changes),
  };
}

function update(tx: Tx, id: string, { set, meta, authData, credentials }: UserChange): User | null {
  const row = tx.get<Row>('SELECT user, credentials FROM users WHERE id = ?', [id]);
  if (row === undefined) return null;
  const was = { ...(JSON.parse(row.user) as User), ...set };
  const kept = Object.entries({ ...was.meta, ...meta?.set }).filter(([key]) => !meta?.remove?.includes(key));
  const user: User = {
    ...was,
    meta: Object.fromEntries(kept),
    authData: { ...was.authData, ...authData },
  };
  const proofs = Object.entries({ ...(JSON.parse(row.credentials) as Credentials), ...credentials });
  tx.run('UPDATE users SET user = ?, credentials = ?, expires_at = ? WHERE id = ?', [
    JSON.stringify(user),
    JSON.stringify(Object.fromEntries(proofs.filter(([, value]) => value !== null))),
    user.expiresAt ?? null,
    id,
  ]);
  link(tx, user);
  return user;
}

/** What stands in `authData` of ourselves. */
const OWN = new Set(['prismeai', 'anonymous']);

/** Whom providers mean by a subject. It is found by key: a login must not cost more with every account. */
function link(tx: Tx, { id, authData }: User): void {
  for (const [provider, claims] of Object.entries(authData)) {
    if (OWN.has(provider) || !isObject(claims) || typeof claims['id'] !== 'string') continue;
    tx.run('INSERT INTO provider_accounts VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [provider, claims['id'], id]);
  }
}

/** Fields of the document that are looked for by a part of their text. */
const PARTS = {
  emailPart: 'email',
  firstName: 'firstName',
  lastName: 'lastName',
  platformRole: 'platformRole',
} as const;

function conditions(filter: UserFilter, now: number): { readonly where: string; readonly params: readonly Param[] } {
  const parts: { readonly sql: string; readonly params: readonly Param[] }[] = [
    { sql: '(expires_at IS NULL OR expires_at > ?)', params: [now] },
  ];
  const add = (sql: string, ...params: Param[]): void => void parts.push({ sql, params });
  if (filter.ids !== undefined) add('id IN (SELECT value FROM json_each(?))', JSON.stringify(filter.ids));
  if (filter.email !== undefined) add('email = ?', filter.email);
  for (const [name, field] of Object.entries(PARTS)) {
    const text = filter[name as keyof typeof PARTS];
    if (text !== undefined) add(`instr(lower(json_extract(user, '$.${field}')), lower(?)) > 0`, text);
  }
  if (filter.status !== undefined) add(`instr(json_extract(user, '$.status'), lower(?)) > 0`, filter.status);
  if (filter.authProvider !== undefined)
    add(
      `EXISTS (SELECT 1 FROM json_each(user, '$.authData') AS provider WHERE instr(lower(provider.key), lower(?)) > 0)`,
      filter.authProvider,
    );
  for (const group of filter.groups ?? [])
    add(
      `EXISTS (SELECT 1 FROM json_each(user, '$.groups') AS member WHERE instr(lower(member.value), lower(?)) > 0)`,
      group,
    );
  return {
    where: parts.map(({ sql }) => sql).join(' AND '),
    params: parts.flatMap(({ params }) => params),
  };
}
