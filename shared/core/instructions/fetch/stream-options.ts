import { parsePath } from '../../expression/evaluate/parse-path';
import type { Template } from '../../expression/template';
import { isObject, type Json, type JsonObject, type Value } from '../../json';
import { invalidInstruction, type Execution } from '../../run/execution';
import type { StreamEvent, StreamOptions } from '../../run/types';
import { eventNameOf } from '../emit/send-event';

/** `fetch.stream`, interpolated before the call is made: a mistake costs no call. @throws InvalidInstructionError, ... */
export function streamOptionsOf(
  template: Template | undefined,
  here: Execution,
): (StreamOptions & { readonly emits?: StreamEvent }) | undefined {
  const stream = here.renderJson(template);
  if (stream === undefined || stream === null) return undefined;
  if (!isObject(stream)) throw invalidInstruction('fetch', { stream });
  const { event = null, payload = null, target, options, concatenate = null } = stream;
  const path = isObject(concatenate) ? pathOf(concatenate.path ?? null, stream) : undefined;
  const throttleMs = isObject(concatenate) ? numberOf(concatenate.throttle) : 0;
  return {
    ...(payload !== null && { additionalPayload: payload }),
    ...(path && { concatenate: path }),
    ...(event !== null && {
      emits: {
        event: eventNameOf(event),
        ...(isObject(target) && { target }),
        ...(isObject(options) && { options }),
        ...(throttleMs > 0 && { throttleMs }),
      },
    }),
  };
}

function pathOf(path: Json, stream: JsonObject): readonly (string | number)[] | undefined {
  if (path === null) return undefined;
  const parsed = typeof path === 'string' ? parsePath(path) : 'no text';
  if (typeof parsed === 'string') throw invalidInstruction('fetch', { stream });
  return parsed;
}

/** Milliseconds; what is no number above 0 throttles nothing. */
function numberOf(value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isFinite(number) ? Math.ceil(number) : 0;
}
