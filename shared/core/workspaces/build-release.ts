import type { CompiledAutomation, Release, ReleasedAutomation, ReleasedInstance } from '../automation/compiled';
import { canonicalJson } from '../canonical-json';
import { prefixed, splitFullSlug } from '../events/app-names';
import { sha256Hex } from '../hash';
import type { Value } from '../json';
import type { Instance } from './install-apps';

interface Subject {
  readonly workspaceId: string;
  readonly createdAt: number;
  readonly secrets?: number;
}

interface Found {
  readonly instance: string;
  readonly file: string;
  readonly automation: CompiledAutomation;
}

/** Instances, the root first -> the release, with the closure of each automation. Its digest leaves out when it was made. */
export function buildRelease(
  { workspaceId, createdAt, secrets = 0 }: Subject,
  instances: readonly Instance[],
): Release {
  const found = new Map<string, Found>();
  for (const { slug: instance, parts } of instances)
    for (const [slug, one] of parts.automations) found.set(prefixed(instance, slug), { instance, ...one });
  const callees = new Map([...found].map(([slug, one]) => [slug, calleesOf(one, found)]));
  const automations = Object.fromEntries(
    [...found].map(([slug, one]) => [slug, release(one, closureOf(slug, callees))]),
  );
  const [root, ...apps] = instances;
  if (root === undefined) throw new Error('cannot happen: a release without its workspace');
  const { name, slug } = root.parts.index;
  const secret = instances.flatMap(({ slug: instance, parts: { index } }) =>
    index.secretConfig.length > 0 ? [[instance, index.secretConfig] as const] : [],
  );
  const meaning = {
    workspaceId,
    name,
    ...(slug !== undefined && { slug }),
    ...(apps.length > 0 && { instances: Object.fromEntries(apps.map((app) => [app.slug, releaseInstance(app)])) }),
    ...(root.parts.rules.length > 0 && { rules: root.parts.rules }),
    config: Object.fromEntries(instances.map((one) => [one.slug, one.parts.index.config])),
    ...(secrets > 0 && { secrets }),
    ...(secret.length > 0 && { secretConfig: Object.fromEntries(secret) }),
  };
  return { formatVersion: 1, digest: digestOf(meaning, automations), ...meaning, createdAt, automations };
}

function releaseInstance({ parts, import: one }: Instance): ReleasedInstance {
  if (one === undefined) throw new Error('cannot happen: an app that nothing installs');
  return { appSlug: one.appSlug, app: parts.workspaceId, name: parts.index.name, config: one.config };
}

function release({ instance, file, automation }: Found, closure: readonly string[]): ReleasedAutomation {
  return {
    slug: automation.slug,
    instance,
    program: automation.programDigest,
    source: automation.sourceDigest,
    file,
    triggers: automation.triggers,
    ...(automation.program.disabled && { disabled: true as const }),
    ...(automation.program.private && { private: true as const }),
    ...(automation.program.authorizations && { authorizations: automation.program.authorizations }),
    name: automation.name,
    labels: automation.labels,
    closure,
  };
}

/** Full slugs called directly: own automations, and the public ones of direct instances. */
const calleesOf = ({ instance, automation }: Found, known: ReadonlyMap<string, Found>): readonly string[] => [
  ...new Set(
    automation.calls
      .filter(({ name }) => {
        const callee = known.get(prefixed(instance, name));
        return callee && (splitFullSlug(name).instance === '' || !callee.automation.program.private);
      })
      .map(({ name }) => prefixed(instance, name)),
  ),
];

/** All that can be reached by direct calls, itself included, sorted. Without recursion: chains may be long. */
function closureOf(slug: string, callees: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Set([slug]);
  // A set hands out what is added while it is walked.
  for (const next of reached) for (const callee of callees.get(next) ?? []) reached.add(callee);
  return [...reached].sort();
}

function digestOf(meaning: object, automations: Release['automations']): string {
  const parts = Object.entries(automations).map(([slug, { program, source, triggers, file }]) => [
    slug,
    { program, source, triggers, file },
  ]);
  const whole: unknown = { ...meaning, automations: Object.fromEntries(parts) };
  return `r:${sha256Hex(canonicalJson(whole as Value))}`;
}
