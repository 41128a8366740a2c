/** `<instance>.usage` events of apps -> sums by app and instance. Pure. */
import { entry } from '../../shared/core/entry';
import type { Event } from '../../shared/core/events/event';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';

interface Instance {
  readonly app: string;
  readonly metrics: Map<string, number>;
}

/** Metrics of app instances, event by event, oldest first: a number adds, `{value, action: set}` replaces. */
export class UsageMetrics {
  private readonly instances = new Map<string, Instance>();

  add({ source, payload }: Event): void {
    const { appSlug: app, appInstanceFullSlug: slug } = source;
    const metrics = payload?.['metrics'];
    if (app === undefined || slug === undefined || !isObject(metrics)) return;
    let instance = this.instances.get(slug);
    if (!instance) this.instances.set(slug, (instance = { app, metrics: new Map() }));
    for (const [name, given] of Object.entries(metrics)) {
      const value = numberOf(given);
      if (value === undefined) continue;
      const isSet = isObject(given) && given['action'] === 'set';
      instance.metrics.set(name, isSet ? value : (instance.metrics.get(name) ?? 0) + value);
    }
  }

  /** `[{slug, total: {custom}, appInstances: [{slug, total: {custom}}]}]`, by slug. */
  result(): JsonObject[] {
    const apps = new Map<string, [string, Instance][]>();
    for (const [slug, instance] of [...this.instances].sort(([a], [b]) => (a < b ? -1 : 1)))
      entry(apps, instance.app, () => []).push([slug, instance]);
    return [...apps].map(([slug, instances]) => {
      const sum = new Map<string, number>();
      for (const [, { metrics }] of instances)
        for (const [name, value] of metrics) sum.set(name, (sum.get(name) ?? 0) + value);
      return {
        slug,
        total: { custom: Object.fromEntries(sum) },
        appInstances: instances.map(([name, { metrics }]) => ({
          slug: name,
          total: { custom: Object.fromEntries(metrics) },
        })),
      };
    });
  }
}

function numberOf(given: Json): number | undefined {
  const value = isObject(given) ? given['value'] : given;
  return typeof value === 'number' ? value : undefined;
}
