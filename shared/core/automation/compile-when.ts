import { whenFields } from './automation-fields';
import type { Triggers } from './compiled';
import { cronProblem } from './cron';
import { isText, kindOf, type DocNode, type MapNode } from './document-node';
import { checkKeys, expectMap, expectTexts, valueOf } from './document-fields';
import type { Reporter } from './reporter';

/** Events of the engine that reach `wait` only: as triggers they would loop, or nobody may read them. */
const NEVER_TRIGGERS =
  /^runtime\.(automations\.(executed|scheduled)|contexts\.|waits\.|webhooks\.triggered|schedules\.triggered)/;

/** `when: {endpoint?, events?, schedules?}`. */
export function compileWhen(node: DocNode | undefined, slug: string, reporter: Reporter): Triggers {
  const when = expectMap(node, '`when`', reporter);
  if (when === undefined) return { events: [], schedules: [] };
  checkKeys(when, Object.keys(whenFields), '`when`', reporter);
  const later = valueOf(when, 'source') ?? valueOf(when, 'inputs');
  if (later) reporter.report('NOT_YET', later, '`when.source` is not available yet');
  const endpoint = compileEndpoint(valueOf(when, 'endpoint'), slug, reporter);
  const events = compileEvents(when, reporter);
  const schedules = compileSchedules(when, reporter);
  const none = ['endpoint', 'events', 'schedules', 'source'].every((key) => isEmpty(valueOf(when, key)));
  if (none)
    reporter.report(
      'WHEN_EMPTY',
      when,
      '`when` names no trigger',
      'give `endpoint`, `events` or `schedules`, or remove `when`',
    );
  return { ...(endpoint !== undefined && { endpoint }), events, schedules };
}

const isEmpty = (node: DocNode | undefined): boolean =>
  node === undefined ||
  (node.kind === 'list' && node.items.length === 0) ||
  (node.kind === 'scalar' && node.value === false);

function compileEndpoint(node: DocNode | undefined, slug: string, reporter: Reporter): string | undefined {
  if (node === undefined || (node.kind === 'scalar' && node.value === false)) return undefined;
  if (node.kind === 'scalar' && node.value === true) return slug;
  if (isText(node) && node.value !== '') return node.value;
  reporter.report(
    'FIELD_TYPE',
    node,
    `\`endpoint\` must be true or a name, not ${isText(node) ? 'empty' : kindOf(node)}`,
  );
  return undefined;
}

function compileEvents(when: MapNode, reporter: Reporter): readonly string[] {
  const found = new Set<string>();
  for (const { text, node } of expectTexts(valueOf(when, 'events'), '`events`', reporter)) {
    if (!/^[a-zA-Z0-9 ._-]+$/.test(text)) {
      const hint = text.includes('*')
        ? 'there are no wildcards: name each event'
        : 'letters, digits, blank, `.`, `_` and `-`';
      reporter.report('EVENT_NAME', node, `No event can be named \`${text}\``, hint);
    } else if (NEVER_TRIGGERS.test(text))
      reporter.report(
        'EVENT_NEVER_TRIGGERS',
        node,
        `The engine's own \`${text}\` starts no automation`,
        'use it in `wait`, where it can be read',
      );
    found.add(text);
  }
  return [...found];
}

function compileSchedules(when: MapNode, reporter: Reporter): readonly string[] {
  const found = new Set<string>();
  for (const { text, node } of expectTexts(valueOf(when, 'schedules'), '`schedules`', reporter)) {
    const problem = cronProblem(text);
    if (problem === null) found.add(text);
    else
      reporter.report(
        'CRON_INVALID',
        node,
        `\`${text}\` is no schedule: ${problem}`,
        'minute hour day month weekday, in UTC, such as `0 9 * * MON-FRI`',
      );
  }
  return [...found];
}
