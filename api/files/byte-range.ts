import type { ByteRange } from '../../shared/ports/file-bytes';

/**
 * What a `Range` header asks for: one range of bytes. Null for none, for several, and for what is not there: then the
 * whole is sent, as whoever knows no ranges would.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [from = '', to = ''] = found ? [found[1], found[2]] : [];
  if (from === '' && to === '') return null;
  // `-5`: the last five.
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last && first < size ? { first, last } : null;
}
