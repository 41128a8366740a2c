import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring, readKeyring } from './encryption-keys';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'ostinato-'))));
afterEach(() => rmSync(dir, { recursive: true }));

it('makes a key once, for its user only', () => {
  expect(readKeyring(dir)).toBeUndefined();
  const { current } = openKeyring(dir);
  expect(current.secret).toHaveLength(32);
  expect(openKeyring(dir).current).toEqual(current);
  expect(readKeyring(dir)?.current).toEqual(current);
  expect(statSync(join(dir, 'encryption-keys')).mode & 0o777).toBe(0o600);
});

it('takes over the key of an earlier build', () => {
  const key = randomBytes(32);
  writeFileSync(join(dir, 'trace-key'), `${key.toString('base64url')}\n`);
  expect(readKeyring(dir)?.current.secret).toEqual(key);
  expect(openKeyring(dir).current.secret).toEqual(key);
  expect(readFileSync(join(dir, 'encryption-keys'), 'utf8')).toContain(key.toString('base64url'));
});

it('encrypts with the first line, and knows the older ones', () => {
  const [fresh, older] = [randomBytes(32), randomBytes(32)];
  writeFileSync(join(dir, 'encryption-keys'), `${fresh.toString('base64')}\n\n${older.toString('base64url')}\n`);
  const ring = openKeyring(dir);
  expect(ring.current.secret).toEqual(fresh);
  expect(ring.get(ring.all[1]?.id ?? '').secret).toEqual(older);
});

it('names a line that is no key, and shows nothing of it', () => {
  writeFileSync(join(dir, 'encryption-keys'), `${randomBytes(32).toString('base64')}\nhush\n`);
  expect(() => openKeyring(dir)).toThrow(/encryption-keys:2: a key is 32 bytes as base64$/);
  writeFileSync(join(dir, 'encryption-keys'), '\n');
  expect(() => openKeyring(dir)).toThrow('holds no key');
});
