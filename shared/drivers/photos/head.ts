import { request, type Dispatcher } from 'undici';
import type { Photos } from '../../ports/photos';

export interface HeadPhotosOptions {
  /** What calls go out through: it says which addresses may be called, and how often one may lead to another. */
  readonly dispatcher: Dispatcher;
  readonly maxBytes: number;
  readonly timeoutMs?: number;
}

const DATA_URI = /^data:[^,]*,/;

/** Asks for the head of what is at an address. A server that does not say how large it is is believed. */
export function headPhotos({ dispatcher, maxBytes, timeoutMs = 5_000 }: HeadPhotosOptions): Photos {
  const tooLarge = `it has more than ${maxBytes} bytes`;
  return {
    async problemOf(photo) {
      const start = DATA_URI.exec(photo)?.[0].length;
      if (start !== undefined) return ((photo.length - start) * 3) / 4 > maxBytes ? tooLarge : null;
      const head = await headOf(photo, dispatcher, timeoutMs);
      // Why it could not be had would tell of the network that the server is in.
      if (head === null) return 'nothing can be had from its address';
      if (!/^image\//i.test(head.type)) return 'what is at its address is no image';
      return head.bytes > maxBytes ? tooLarge : null;
    },
  };
}

async function headOf(
  address: string,
  dispatcher: Dispatcher,
  timeoutMs: number,
): Promise<{ readonly type: string; readonly bytes: number } | null> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, headers, body } = await request(address, { method: 'HEAD', dispatcher, signal });
    await body.dump();
    if (statusCode < 200 || statusCode > 299) return null;
    return { type: String(headers['content-type'] ?? ''), bytes: Number(headers['content-length'] ?? 0) };
  } catch {
    return null;
  }
}
