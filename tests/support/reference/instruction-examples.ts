import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import { INSTRUCTION_TABLES, tableCases, type TableCase } from '../case-tables';
import { code, fence, json, yaml } from './markdown';

/** Cases of the tables that say they show this entry. */
export function instructionExamples(entry: string): string {
  const found = INSTRUCTION_TABLES.flatMap(tableCases).filter(({ shows }) => shows.includes(entry));
  if (found.length === 0)
    throw new Error(
      `no case of ${INSTRUCTION_TABLES.map((name) => `tests/${name}`).join(', ')} has \`shows: ${entry}\``,
    );
  return found.map(showCase).join('\n\n');
}

/** An automation, what happens to it and what comes of it. */
export function showCase({ name, is }: TableCase): string {
  const { do: body, output, when, arguments: declared, automations, args, config, then, identity, limits } = is;
  const main = withoutAbsent({ when, arguments: declared, do: body ?? [], output });
  const others = Object.entries(isObject(automations) ? automations : {});
  const documents = [
    fence('yaml', yaml(main)),
    ...others.map(([slug, one]) => fence('yaml', `# automations/${slug}.yml\n${yaml(one)}`)),
  ];
  const facts = [
    ...(isObject(args) ? Object.entries(args).map(([key, value]) => `${code(key)} is ${json(value)}`) : []),
    ...(isObject(config) && config[''] ? [`${code('config')} is ${json(config[''])}`] : []),
    ...(isObject(identity) ? [`who calls: ${json(identity)}`] : []),
    ...(isObject(limits) ? [`with limits of ${json(limits)}`] : []),
    ...((Array.isArray(then) ? then : []) as readonly JsonObject[]).flatMap(happening),
    ...resultOf(is),
  ];
  return [`**${sentence(name)}**`, ...documents, facts.map((fact) => `- ${fact}`).join('\n')].join('\n\n');
}

const withoutAbsent = (fields: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;

const sentence = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function happening(step: JsonObject): string[] {
  const { emit, payload = {}, pass, call, args, cancel } = step;
  return [
    ...(emit === undefined ? [] : [`then event ${code(String(emit))} comes with ${json(payload)}`]),
    ...(pass === undefined ? [] : [`then ${String(pass)} s pass`]),
    ...(cancel === undefined ? [] : ['then the run is cancelled']),
    ...(call === undefined
      ? []
      : [`then ${code(String(call))} is called${args === undefined ? '' : ` with ${json(args)}`}`]),
  ];
}

function resultOf({ answer, status, error, events, parts }: JsonObject): string[] {
  const failed = isObject(error) ? error : undefined;
  return [
    ...((Array.isArray(parts) ? parts : []) as readonly Json[]).map((part) => `sends ${json(part)}`),
    ...((Array.isArray(events) ? events : []) as readonly JsonObject[]).map(
      ({ type, payload }) => `event ${code(String(type))}${payload === undefined ? '' : ` with ${json(payload)}`}`,
    ),
    ...(failed
      ? [
          `fails: ${code(String(failed['error']))}${failed['message'] === undefined ? '' : `, ${json(failed['message'])}`}`,
        ]
      : answer === undefined
        ? []
        : [`answers ${status === undefined ? '' : `${String(status)} `}${json(answer)}`]),
  ];
}
