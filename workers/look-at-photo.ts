import { request } from 'undici';
import { createAgent, type AgentSettings } from '../activities/fetch/agent';

const WITHIN_MS = 5_000;

/** Asks for the head of a photo. @returns why it cannot be one; null = it is there */
export function createLookAtPhoto(settings: Pick<AgentSettings, 'privateAddresses'>) {
  const dispatcher = createAgent({ ...settings, silenceTimeoutMs: WITHIN_MS, maxRedirects: 5 });
  return async function lookAtPhoto(url: string): Promise<string | null> {
    try {
      const signal = AbortSignal.timeout(WITHIN_MS);
      const { statusCode, headers } = await request(url, { method: 'HEAD', dispatcher, signal });
      const type = String(headers['content-type'] ?? 'image/');
      if (statusCode >= 300) return `answered ${statusCode}`;
      return type.startsWith('image/') ? null : `is of type ${type.slice(0, 100)}`;
    } catch (error) {
      return error instanceof Error && error.name === 'TimeoutError'
        ? `did not answer within ${WITHIN_MS / 1000} s`
        : 'cannot be reached from here';
    }
  };
}
