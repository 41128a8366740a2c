import { compileParts } from '../../shared/core/workspaces/compile-parts';
import type { Texts } from '../../shared/ports/deployments';
import { importedIndex, planImport, pulledIndex, type ImportRequest } from './import-files';

const GOOD = 'name: Good\ndo: []\n';
const BROKEN = 'name: [\n';
const index = { 'index.yml': 'name: Shop\nslug: shop\n' };

/** Beside the plan: what the workspace holds when it is carried out, and how often everything was compiled for it. */
async function planned(how: Pick<ImportRequest, 'own' | 'incoming'> & Partial<ImportRequest>) {
  let checks = 0;
  const check = async (workspaceId: string, files: Texts) => {
    checks++;
    return { diagnostics: compileParts({ workspaceId, files }).diagnostics, digest: null };
  };
  const plan = await planImport({ check }, { workspaceId: 'shop', index: importedIndex, ...how });
  const after = new Map(Object.entries(how.own));
  for (const [path, text] of Object.entries(plan.changes))
    if (text === null) after.delete(path);
    else after.set(path, text);
  return { ...plan, after: Object.fromEntries(after), checks };
}

it('takes a file over the one that it has with the other ending', async () => {
  const own = { ...index, 'automations/a.yaml': GOOD };
  const { after, imported, errors } = await planned({ own, incoming: { 'automations/a.yml': GOOD } });
  expect([after, imported, errors]).toEqual([{ ...index, 'automations/a.yml': GOOD }, ['automations/a.yml'], []]);
});

it.each([
  ['an import', {}],
  ['a pull', { index: pulledIndex, deletes: () => true }],
])('keeps what %s was to replace when the new text is refused, whatever its ending', async (_, how) => {
  const own = { ...index, 'automations/a.yaml': GOOD, 'automations/b.yml': GOOD };
  const incoming = { 'automations/a.yml': BROKEN, 'automations/b.yml': BROKEN };
  const { after, changes, imported, deleted, errors } = await planned({ own, incoming, ...how });
  expect(errors.map(({ file }) => file)).toEqual(['automations/a.yml', 'automations/b.yml']);
  expect([after, changes, imported, deleted]).toEqual([own, {}, [], []]);
});

it('reports every file that cannot be saved, without compiling everything for each', async () => {
  const broken = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`automations/bad-${n}.yml`, BROKEN]));
  const incoming = { ...broken, 'automations/good.yml': GOOD };
  const { imported, errors, checks } = await planned({ own: index, incoming });
  expect(imported).toEqual(['automations/good.yml']);
  expect(errors.map(({ file }) => file).sort()).toEqual(Object.keys(broken).sort());
  expect(checks).toBe(2);
});

it('lets a slug in that only a broken file had taken', async () => {
  const first = 'slug: one\nname: [\n';
  const incoming = { 'automations/one.yml': first, 'automations/two.yml': `one:\n  name: Good\n  do: []\n` };
  const { imported, errors } = await planned({ own: index, incoming });
  expect(imported).toEqual(['automations/two.yml']);
  expect(errors).toMatchObject([{ file: 'automations/one.yml' }]);
});

it('ends with a broken index', async () => {
  const incoming = { 'index.yml': BROKEN, 'automations/a.yml': GOOD, 'automations/b.yml': BROKEN };
  const { changes, imported, errors } = await planned({ own: index, incoming });
  expect([changes, imported]).toEqual([{}, []]);
  expect(errors).toMatchObject([{ file: 'index' }]);
});
