import { redact } from '../secrets/redact';
import type { EventPattern, Park, State, StreamId } from './types';

/**
 * What the run waits for, in one sentence for operators: "waits for `order.paid` where payload.id = 7 since 12:03,
 * until 13:03". Times are UTC, with the date where it is another day than the run's last start of waiting.
 * @param hidden secrets, left out before anything is cut short
 */
export function describeWaiting(state: State, hidden: readonly string[] = []): string {
  const urlOf = urlsOf(state, hidden);
  const said = state.fibres
    .flatMap(({ park }) => (park ? [describePark(shownPark(park, hidden), urlOf)] : []))
    .filter((text) => text !== '');
  return said.join('; ');
}

/** Without secrets. Of a call only what is told of it: its contents need not be looked through. */
export function shownPark<P extends Park>(park: P, hidden: readonly string[]): P {
  if (hidden.length === 0 || park.kind !== 'fetch') return redact(park, hidden);
  const { body: _body, multipart: _multipart, query: _query, ...request } = park.request;
  return redact({ ...park, request: { ...request, headers: {} } } as P, hidden);
}

/** Where a stream comes from. */
export const urlsOf =
  ({ streams }: Pick<State, 'streams'>, hidden: readonly string[]) =>
  (stream: StreamId): string =>
    redact(streams?.[stream]?.request.url ?? 'a stream', hidden);

export function describePark(park: Park, urlOf: (stream: StreamId) => string): string {
  switch (park.kind) {
    case 'wait':
      return `waits for ${park.wait.oneOf.map(describePattern).join(' or ')} since ${time(park.since)}, until ${time(park.deadline, park.since)}`;
    case 'sleep':
      return `sleeps until ${time(park.deadline, park.since)}`;
    case 'fetch':
      return `calls ${park.request.method} ${placeOf(park.request.url)} since ${time(park.since)}`;
    case 'topics':
      return `asks for the user topic \`${short(park.request.topic)}\` since ${time(park.since)}`;
    case 'stream':
      return `reads ${placeOf(urlOf(park.stream))} since ${time(park.since)}`;
    case 'join':
    case 'drain':
      return '';
  }
}

function describePattern({ event, filters }: EventPattern): string {
  const conditions = Object.entries(filters ?? {}).map(([path, value]) => `${path} = ${short(JSON.stringify(value))}`);
  return conditions.length === 0 ? `\`${event}\`` : `\`${event}\` where ${conditions.join(' and ')}`;
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** Without the query: it may hold secrets. */
const placeOf = (url: string): string => short(url.replace(/^[a-z]+:\/\/(?:[^/?#]*@)?/i, '').replace(/[?#].*$/, ''));

/** `12:03`, with its date when it is another day than `from`. */
function time(at: number, from: number = at): string {
  const [iso, other] = [new Date(at).toISOString(), new Date(from).toISOString()];
  const clock = iso.slice(11, 16);
  return iso.slice(0, 10) === other.slice(0, 10) ? clock : `${iso.slice(0, 10)} ${clock}`;
}
