import Ajv, { type ValidateFunction } from 'ajv';
import { fail } from '../../../../shared/core/errors/errors';
import type { Json } from '../../../../shared/core/json';
import { contractFile, readContract } from '../../../http/openapi';

let validate: ValidateFunction | undefined;

/** An event that came over a websocket, checked as the contract checks those of POST events. @throws RequestValidationError */
export function checkDraft(given: unknown): Json {
  validate ??= new Ajv({ strict: false, allErrors: true }).compile(draftSchema());
  if (validate(given)) return given as Json;
  const details = (validate.errors ?? []).map(({ instancePath, message, keyword }) => ({
    path: `/event${instancePath}`,
    message: message ?? '',
    errorCode: `${keyword}.openapi.validation`,
  }));
  throw fail('RequestValidationError', 'Invalid event', details);
}

function draftSchema(): object {
  const { components } = readContract(contractFile('events')) as unknown as {
    readonly components: { readonly schemas: { readonly EventDraft: object } };
  };
  return components.schemas.EventDraft;
}
