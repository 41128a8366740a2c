/**
 * Texts of dates by Day.js. Its time zone plugin calculates with the zone of the process, which is wrong around the
 * process's own clock changes; so the instant is moved by the wanted zone's offset, shown as UTC, and the tokens that
 * would tell (offset, zone name, epoch) are filled in first.
 */
import dayjs from 'dayjs';
import advancedFormat from 'dayjs/plugin/advancedFormat';
import isoWeek from 'dayjs/plugin/isoWeek';
import localizedFormat from 'dayjs/plugin/localizedFormat';
import utc from 'dayjs/plugin/utc';
import weekOfYear from 'dayjs/plugin/weekOfYear';
import weekYear from 'dayjs/plugin/weekYear';
import type { Value } from '../ast';
import { loadLocale } from './load-locale';
import { offsetMs, zoneName } from './time-zone';

for (const plugin of [utc, weekOfYear, weekYear, isoWeek, localizedFormat, advancedFormat]) dayjs.extend(plugin);

/** @returns undefined when the language or the zone does not exist */
export function formatDate(ms: number, format: string, lang: Value, zone: Value): string | undefined {
  const locale = typeof lang === 'string' ? loadLocale(lang) : undefined;
  const offset = typeof zone === 'string' ? offsetMs(ms, zone) : undefined;
  if (locale === undefined || offset === undefined) return undefined;
  const text = fillZoneTokens(format, ms, offset, zone as string);
  return dayjs
    .utc(ms + offset)
    .locale(locale)
    .format(text);
}

/** Day.js' own tokens for a moment's place on the time line; texts in brackets stay. */
const fillZoneTokens = (format: string, ms: number, offset: number, zone: string): string =>
  format.replace(/\[[^\]]+\]|ZZ?|X|x|zzz|z/g, (token) => {
    if (token.startsWith('[')) return token;
    if (token === 'X') return `[${Math.floor(ms / 1000)}]`;
    if (token === 'x') return `[${ms}]`;
    if (token === 'Z') return `[${offsetText(offset, ':')}]`;
    if (token === 'ZZ') return `[${offsetText(offset, '')}]`;
    return `[${zoneName(ms, zone, token === 'z' ? 'short' : 'long')}]`;
  });

function offsetText(offset: number, separator: string): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}
