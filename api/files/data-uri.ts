import { badUpload } from './refuse';

export const isDataUri = (text: string): boolean => text.startsWith('data:');

const BASE64 = ';base64,';
const HEAD_LIMIT = 1_000;

export interface DataUri {
  readonly mimetype: string;
  readonly name?: string;
  readonly bytes: Buffer;
}

/**
 * `data:<mime>;filename:<name>;base64,<bytes>`; the name may be left out.
 * @throws InvalidUploadError (400)
 */
export function parseDataUri(text: string, field: string): DataUri {
  const at = text.slice(0, HEAD_LIMIT).indexOf(BASE64);
  const wrong = () =>
    badUpload(`the field ${field} is no data URI such as data:image/png;filename:a.png;base64,…`, { field });
  if (at < 0) throw wrong();
  const [mimetype = '', ...others] = text.slice('data:'.length, at).split(';');
  const content = text.slice(at + BASE64.length).trimEnd();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content)) throw wrong();
  // A name may hold what else divides the parts.
  const name = /^file-?name[:=](.*)$/i.exec(others.join(';'))?.[1];
  return { mimetype, ...(name && { name }), bytes: Buffer.from(content, 'base64') };
}
