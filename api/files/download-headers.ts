import type { StoredFile } from '../../shared/ports/file-records';

/** Types that a browser shows without running anything of them. All others are saved, not shown: a page or a drawing of a user would run as ours. */
const SHOWN = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/apng', 'image/x-icon'],
  ...['image/vnd.microsoft.icon', 'text/plain', 'text/csv', 'application/json'],
]);
const SHOWN_KINDS = /^(audio|video|font)\/[\w.-]+$/;

const isShown = (mimetype: string): boolean => SHOWN.has(mimetype) || SHOWN_KINDS.test(mimetype);

export const etagOf = ({ digest }: Pick<StoredFile, 'digest'>): string => `"${digest}"`;

/** Does `If-None-Match` or `If-Range` name what the file is now? */
export const namesEtag = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');

/** Whatever the bytes are, a browser that gets them on our origin can do nothing with them but show or save them. */
export const downloadHeaders = (file: StoredFile) => ({
  etag: etagOf(file),
  'accept-ranges': 'bytes',
  // A file may be made private, or be deleted, at any time.
  'cache-control': file.public ? 'public, no-cache' : 'private, no-cache',
  'content-disposition': `${isShown(file.mimetype) ? 'inline' : 'attachment'}; filename*=UTF-8''${encoded(file.name)}`,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
});

/** RFC 8187 takes fewer characters as they are than addresses do. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
