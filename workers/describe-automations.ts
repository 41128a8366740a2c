import { prefixed } from '../shared/core/events/app-names';
import type { Release, ReleasedAutomation } from '../shared/core/automation/compiled';

export interface Address {
  /** Such as `http://localhost:3001`. */
  readonly api: string;
  /** The token, or a shell expression that gives it. */
  readonly ownerToken: string;
}

/** For each automation of a release, how to start it: lines for a terminal, commands ready to be copied. */
export function describeAutomations(release: Release, address: Address): string[] {
  return Object.entries(release.automations)
    .filter(([, automation]) => !automation.disabled)
    .flatMap(([slug, automation]) => [
      `  ${slug}`,
      ...waysToStart(slug, automation, release.workspaceId, address).map((line) => `    ${line}`),
    ]);
}

function waysToStart(
  slug: string,
  { triggers, instance }: ReleasedAutomation,
  workspaceId: string,
  { api, ownerToken }: Address,
): string[] {
  const base = `${api}/v2/workspaces/${workspaceId}`;
  const json = `-H 'content-type: application/json'`;
  const owner = `-H "authorization: Bearer ${ownerToken}"`;
  const lines = triggers.events.map(
    (type) =>
      `curl -X POST ${base}/events ${owner} ${json} -d '{"events":[{"type":"${prefixed(instance, type)}","payload":{}}]}'`,
  );
  if (triggers.endpoint !== undefined)
    lines.unshift(
      `curl -X POST ${quote(`${base}/webhooks/${encodeURIComponent(prefixed(instance, triggers.endpoint))}`)} ${json} -d '{}'`,
    );
  lines.push(...triggers.schedules.map((cron) => `on schedule: ${cron} (UTC)`));
  // Without a trigger it is called by others; the owner may test it.
  if (lines.length === 0)
    lines.push(
      `curl -X POST ${quote(`${base}/test/${encodeURIComponent(slug)}`)} ${owner} ${json} -d '{"payload":{}}'`,
    );
  return lines;
}

const quote = (url: string): string => (/^[\w:/.%-]+$/.test(url) ? url : `'${url}'`);
