import { createHash } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { FormPart } from '../../shared/core/run/types';

/** A multipart body and its content type. The boundary comes from the key, so that every attempt sends the same bytes. */
export function multipartBody(
  parts: readonly FormPart[],
  key: string,
): { readonly body: Buffer; readonly contentType: string } {
  const boundary = `----ostinato-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`),
    bytesOf(part),
    CRLF,
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

const CRLF = Buffer.from('\r\n');

function headOf({ fieldname, filename, contentType, value }: FormPart): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const type = contentType ?? (filename !== undefined || isBytes(value) ? 'application/octet-stream' : undefined);
  const line = type === undefined ? '' : `\r\nContent-Type: ${type.replace(/[\r\n]+/g, ' ')}`;
  return `Content-Disposition: form-data; name="${quoted(fieldname)}"${file}${line}`;
}

/** As browsers do: what would end the quotes or the line is percent-encoded. */
const quoted = (text: string): string => text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));

const isBytes = (value: Json): boolean => Array.isArray(value) || (typeof value === 'string' && isBase64(value));

function bytesOf({ fieldname, value }: FormPart): Buffer {
  if (Array.isArray(value)) {
    const bytes = value as readonly Json[];
    const isByte = (one: Json) => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 255;
    if (bytes.every(isByte)) return Buffer.from(bytes as number[]);
    throw fail('InvalidInstructionError', `The list \`${fieldname}\` of multipart must hold bytes, 0 to 255`, {
      fieldname,
    });
  }
  if (typeof value === 'string') return Buffer.from(value, isBase64(value) ? 'base64' : 'utf8');
  if (value === null) return Buffer.alloc(0);
  return Buffer.from(isObject(value) ? JSON.stringify(value) : String(value));
}

const PROBE = 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Files come as base64 from uploads and other calls. Judged by the beginning; `true` and `false` are words. */
export const isBase64 = (text: string): boolean =>
  text !== '' && text !== 'true' && text !== 'false' && text.length % 4 === 0 && BASE64.test(text.slice(0, PROBE));
