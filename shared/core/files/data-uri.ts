import { plainType } from './mimetype';

export interface DataUri {
  readonly mimetype: string;
  readonly name?: string;
  readonly base64: string;
}

/** `data:<type>;filename:<name>;base64,<bytes>`; `filename=` is taken, too. Undefined for anything else. */
export function readDataUri(text: string): DataUri | undefined {
  const comma = text.indexOf(',');
  if (!text.startsWith('data:') || comma < 0) return undefined;
  const [type = '', ...parameters] = text.slice('data:'.length, comma).split(';');
  const base64 = text.slice(comma + 1);
  if (parameters.pop() !== 'base64' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  const named = parameters.find((one) => /^filename[:=]/.test(one))?.slice('filename:'.length);
  const name = named === undefined ? undefined : decoded(named);
  return { mimetype: plainType(type), ...(name && { name }), base64 };
}

/** Names are written percent-encoded, or as they are. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
