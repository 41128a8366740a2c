import type { Release, ReleasedAutomation, Triggers } from '../../core/automation/compiled';

/** A release with one automation for each entry; only its triggers matter. */
export function aRelease(
  automations: { readonly [slug: string]: Partial<Triggers> & { readonly disabled?: true } },
  workspaceId = 'acme',
): Release {
  return {
    formatVersion: 1,
    digest: `r:${workspaceId}`,
    workspaceId,
    name: workspaceId,
    createdAt: 0,
    config: { '': {} },
    automations: Object.fromEntries(
      Object.entries(automations).map(([slug, { disabled, ...triggers }]): [string, ReleasedAutomation] => [
        slug,
        {
          slug,
          instance: '',
          program: `p:${slug}`,
          source: `s:${slug}`,
          file: `automations/${slug}.yml`,
          triggers: { events: [], schedules: [], ...triggers },
          ...(disabled && { disabled }),
          name: slug,
          labels: [],
          closure: [slug],
        },
      ]),
    ),
  };
}
