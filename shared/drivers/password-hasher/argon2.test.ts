import { argon2PasswordHasher } from './argon2';

describe('argon2PasswordHasher', () => {
  it('knows the password, and salts each hash', async () => {
    const hasher = argon2PasswordHasher();
    const [a, b] = await Promise.all([hasher.hash('secret-1'), hasher.hash('secret-1')]);
    expect(a).toMatch(/^\$argon2id\$/);
    expect(a).not.toBe(b);
    expect(await hasher.verify('secret-1', a)).toBe(true);
    expect(await hasher.verify('secret-2', a)).toBe(false);
  });

  it('refuses everybody where there is no hash, or none that can be read', async () => {
    const hasher = argon2PasswordHasher();
    expect(await hasher.verify('secret-1', undefined)).toBe(false);
    expect(await hasher.verify('secret-1', 'not a hash')).toBe(false);
  });

  it('refuses callers beyond its queue, and serves those within', async () => {
    const hasher = argon2PasswordHasher({ atOnce: 1, queue: 1 });
    const results = await Promise.allSettled([hasher.hash('a'), hasher.hash('b'), hasher.hash('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'Overloaded', retryable: true } });
    expect(await hasher.hash('d')).toMatch(/^\$argon2id\$/);
  });
});
