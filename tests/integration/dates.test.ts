/** Dates must not depend on the process: the same table in processes of other zones and languages. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const built = join(root, 'dist/shared/core/expression/evaluate/format-date.js');
const shipped = readdirSync(join(dirname(require.resolve('dayjs/package.json')), 'locale'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -3));

/** Every language and zone, at instants around the clock changes of Paris, New York and nowhere. */
const table = `
const { formatDate } = require(${JSON.stringify(built)});
const { parseInstant } = require(${JSON.stringify(built.replace('format-date', 'parse-instant'))});
const out = [];
for (const at of ['2023-03-26T00:30:00Z', '2023-03-26T01:30:00', '2023-03-12T02:30:00', '2023-11-05T06:30:00Z', '1900-01-01T12:00:00Z', '2023-12-31 23:59:59.999', 'Fri, 31 Mar 2023 17:07:23 GMT'])
  for (const zone of ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Australia/Lord_Howe'])
    for (const lang of ${JSON.stringify(shipped)})
      out.push(formatDate(parseInstant(at), 'LLLL l LTS [x] Do w W gggg Q dddd MMM Z ZZ z zzz X x k', lang, zone));
process.stdout.write(JSON.stringify(out));`;

const inProcess = (env: { TZ: string; LANG: string }): string =>
  execFileSync(process.execPath, ['-e', table], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env, LC_ALL: env.LANG },
    encoding: 'utf8',
  });

it('are the same in Tokyo in French and in New York in C', () => {
  if (!existsSync(built)) throw new Error('Build first: node scripts/build.mjs');
  const tokyo = inProcess({ TZ: 'Asia/Tokyo', LANG: 'fr_FR' });
  expect(inProcess({ TZ: 'America/New_York', LANG: 'C' })).toBe(tokyo);
  expect(inProcess({ TZ: 'Europe/Paris', LANG: 'de_DE' })).toBe(tokyo);
  const texts = JSON.parse(tokyo) as (string | null)[];
  expect(texts).toHaveLength(7 * 6 * shipped.length);
  expect(texts).not.toContain(null);
  expect(texts.filter((text) => /Invalid|undefined|NaN/.test(text ?? ''))).toEqual([]);
});
