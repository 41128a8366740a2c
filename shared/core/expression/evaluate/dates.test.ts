import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatDate } from './format-date';
import { loadLocale } from './load-locale';

const shipped = readdirSync(join(dirname(require.resolve('dayjs/package.json')), 'locale'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -3));

it('know every language that Day.js ships', () => {
  expect(shipped.filter((lang) => loadLocale(lang) === undefined)).toEqual([]);
});

it('keep seconds of old zones', () => {
  expect(formatDate(Date.UTC(1900, 0, 1, 12), 'HH:mm:ss', 'en', 'Europe/Paris')).toBe('12:09:21');
});

it('go back before year one', () => {
  expect(formatDate(Date.UTC(-1, 0, 1, 12), 'HH:mm:ss', 'en', 'UTC')).toBe('12:00:00');
});
