import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramSet } from '../../shared/core/automation/program';
import type { Event } from '../../shared/core/events/event';
import type { JsonObject } from '../../shared/core/json';
import type { VirtualRun } from '../../shared/testing/virtual-time/world';
import { answerOf, World } from '../../shared/testing/virtual-time/world';
import { compileWorkspace } from '../../shared/core/workspaces/compile-workspace';
import { NO_SETTINGS, resolveConfig } from '../../shared/core/workspaces/resolve-config';
import { programSetOf } from '../../shared/core/workspaces/program-set';
import { indexTriggers } from '../../shared/core/workspaces/trigger-index';
import type { EventsStep, Scenario, Step } from './expectations';
import { complaints } from './look';
import { matches } from './workspace-client';

/** A workspace on the machine alone: its days pass in a moment. */
export function virtualWorkspace(folder: string): { run(scenario: Scenario): void } {
  const { release, programs, diagnostics } = compileWorkspace({
    workspaceId: 'acme',
    files: readFiles(folder),
    createdAt: 0,
    strict: false,
  });
  if (!release) throw new Error(JSON.stringify(diagnostics, null, 2));
  const triggers = indexTriggers(release);
  const config = resolveConfig(release, { secret: {}, settings: NO_SETTINGS });
  const programsOf = (automation: string): ProgramSet => {
    const found = programSetOf(release, automation, (digest) => programs.get(digest) ?? missing(digest), config);
    return found ?? missing(automation);
  };
  const world = () =>
    new World({
      programs: programsOf,
      listeners: (type) => (triggers.events.get(type) ?? []).map(({ automation }) => automation),
      now: Date.UTC(2026, 0, 5),
    });

  return {
    run(scenario) {
      const at = world();
      scenario.steps.forEach((step, i) => {
        try {
          take(step, at);
        } catch (error) {
          if (error instanceof Error) error.message = `step ${i + 1} (${step.kind}): ${error.message}`;
          throw error;
        }
      });
    },
  };

  function take(step: Step, at: World): void {
    switch (step.kind) {
      case 'call': {
        if (step.text ?? step.form ?? step.multipart ?? step.workspace ?? step.meanwhile[0])
          throw new Error('what only HTTP can do belongs to `scenarios`');
        const { endpoint, body = {}, method, query, headers, expect: wanted } = step;
        const [run] = (triggers.endpoints.get(endpoint) ?? missing(endpoint)).map((automation) =>
          at.start(automation, {
            trigger: { type: 'endpoint', value: endpoint },
            args: { body, method, query, headers } as JsonObject,
          }),
        );
        return expectAnswer(run, wanted);
      }
      case 'emit':
        return void at.emit(step.type, step.payload);
      case 'trigger':
        return void at.start(step.automation, {
          trigger: { type: 'schedule', value: release?.automations[step.automation]?.triggers.schedules[0] ?? '' },
        });
      case 'pass':
        return at.runUntil(at.now + step.ms);
      case 'events':
        at.runUntil(at.now); // What is due at this very instant happens first.
        return expect(at.events.filter((event) => isMeant(event, step))).toHaveLength(step.count);
      default:
        throw new Error(`\`${step.kind}\` belongs to \`scenarios\`: nothing is to be waited for in virtual time`);
    }
  }
}

const isMeant = (event: Event, { type, where, ...looks }: EventsStep): boolean =>
  event.type === type && matches(event, where) && complaints(event, looks).length === 0;

function expectAnswer(run: VirtualRun | undefined, { status = 200, body }: { status?: number; body?: unknown }): void {
  const answer = run && answerOf(run);
  expect({ status: answer?.status, ...(body !== undefined && { body: answer?.output }) }).toEqual({
    status,
    ...(body !== undefined && { body }),
  });
}

function readFiles(folder: string): { readonly [path: string]: string } {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yml'));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function missing(name: string): never {
  throw new Error(`the workspace has no ${name}`);
}
