import { fail } from '../../../shared/core/errors/errors';
import type { LocalService, Sent, Target } from './target';

/** The same request and answer objects, without a network between. The service has its own limits of time and size. */
export const localTarget = (service: LocalService): Target => ({
  async request(exchange, { path, search }: Sent) {
    const { request, response } = exchange;
    if (!response) throw new Error('cannot happen: a request has an answer');
    request.url = path + search;
    exchange.handedOn = true;
    service.emit('request', request, response);
  },
  async upgrade(exchange, { path, search }: Sent) {
    const { request, upgrade } = exchange;
    if (!upgrade || service.listenerCount('upgrade') === 0) throw fail('NotFoundError', 'Route not found');
    request.url = path + search;
    exchange.handedOn = true;
    service.emit('upgrade', request, upgrade.socket, upgrade.head);
  },
});
