/**
 * Reading and saving over HTTP in an installation of many workspaces, one of which has many automations. There is no
 * baseline: the figures are to be held against the time that somebody waits in an editor. See README.md.
 *
 *   node bench/saves.mjs [--quick] [--assert] [--workspaces 1000] [--automations 1000]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { options, runBenchmark } from './harness/run.mjs';
import { startProduct } from './harness/sides.mjs';
import { round } from './harness/statistics.mjs';

const args = options({ workspaces: { type: 'string' }, automations: { type: 'string' } });
const workspaces = Number(args.workspaces ?? (args.quick ? 50 : 1_000));
const automations = Number(args.automations ?? (args.quick ? 50 : 1_000));
const times = args.quick ? 20 : 200;
const READ_MS = 100;
const SAVE_MS = 1_000;

await runBenchmark(async (folder) => {
  writeWorkspaces(join(folder, 'served'));
  const product = await startProduct({ folder, workspace: 'bench/workspaces/parked' });
  const api = new URL('/v2/workspaces', product.events).href;
  const ask = async (path, init = {}) => {
    const headers = { ...product.headers, 'content-type': 'application/json' };
    const response = await fetch(`${api}${path}`, { ...init, headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`);
  };
  const document = (n) => JSON.stringify({ name: 'Changed', when: { endpoint: true }, do: [], output: { n } });
  const save = (path, n) => ask(path, { method: 'PATCH', body: document(n) });
  const slug = (n) => `a${n % automations}`;
  const rows = {
    'list, a page': await measure((n) => ask(`?page=${n % 10}`)),
    'list by label': await measure((n) => ask(`?labels=l${n % 10}&sort=-name`)),
    'read a workspace': await measure((n) => ask(`/w${n % workspaces}`)),
    'read the large workspace': await measure(() => ask('/large')),
    'read an automation of it': await measure((n) => ask(`/large/automations/${slug(n)}`)),
    'save an automation of it': await measure((n) => save(`/large/automations/${slug(n)}`, n)),
    'save in a small one': await measure((n) => save(`/w${n % workspaces}/automations/a`, n)),
  };
  console.table(rows);
  return Object.entries(rows)
    .map(([what, { p95 }]) => ({ what, p95, most: what.startsWith('save') ? SAVE_MS : READ_MS }))
    .filter(({ p95, most }) => p95 > most)
    .map(({ what, p95, most }) => `${what}: p95 is ${p95} ms, not below ${most}`);
});

async function measure(work) {
  const taken = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await work(n);
    taken.push(performance.now() - began);
  }
  taken.sort((a, b) => a - b);
  const at = (share) => round(taken[Math.floor(share * (taken.length - 1))], 1);
  return { median: at(0.5), p95: at(0.95), max: at(1) };
}

function writeWorkspaces(served) {
  const write = (workspace, path, text) => {
    const file = join(served, workspace, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };
  for (let n = 0; n < workspaces; n++) {
    write(`w${n}`, 'index.yml', `name: Workspace ${n}\nslug: workspace-${n}\nlabels: [l${n % 10}]\n`);
    write(`w${n}`, 'automations/a.yml', 'name: A\nwhen: { endpoint: true }\ndo: []\n');
  }
  write('large', 'index.yml', 'name: Large\n');
  for (let n = 0; n < automations; n++) write('large', `automations/a${n}.yml`, automation(n));
}

function automation(n) {
  return `# ${n}
name: Automation ${n}
when: { endpoint: true, events: [e.${n}] }
do:
  - set: { name: y, value: '{{body.x}} + ${n}' }
  - conditions:
      '{{y}} == 1': [{ emit: { event: f.${n}, payload: { y: '{{y}}' } } }]
      default: []
output: { y: '{{y}}' }
`;
}
