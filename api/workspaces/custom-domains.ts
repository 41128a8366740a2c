import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import type { Deployments } from '../../shared/ports/deployments';
import { indexDocument } from './documents';

/** @throws AlreadyUsedError when another workspace has one of them */
export function assertDomainsFree(
  { list, view }: Pick<Deployments, 'list' | 'view'>,
  workspaceId: string,
  index: JsonObject,
): void {
  const wanted = domainsOf(index);
  if (wanted.length === 0) return;
  for (const id of list()) {
    const other = id === workspaceId ? null : view(id);
    const taken = other && domainsOf(indexDocument(other, false)).find((host) => wanted.includes(host));
    if (taken !== null && taken !== undefined)
      throw fail('AlreadyUsedError', `The domain ${taken} is taken`, { customDomain: taken });
  }
}

const domainsOf = ({ customDomains }: JsonObject): readonly string[] =>
  Array.isArray(customDomains) ? (customDomains as readonly Json[]).map((host) => String(host).toLowerCase()) : [];
