import { archivePaths, isExcluded } from './archive-files';
import { fileOfSlug, isWorkspacePath, partOfFile } from './file-paths';
import { compareFiles, mergeFiles } from './merge-files';
import { automationSlug, firstName, freeSlug, workspaceSlug } from './slug-from-name';

it.each([
  ['index.yml', true],
  ['security.yaml', true],
  ['.import.yml', true],
  ['automations/a.yml', true],
  ['automations/a/b c.yml', true],
  ['imports/nlu.yml', true],
  ['pages/home.yml', true],
  ['automations/a/../b.yml', false],
  ['automations/../index.yml', false],
  ['../index.yml', false],
  ['/index.yml', false],
  ['automations//a.yml', false],
  ['automations/ a.yml', false],
  ['automations/a .yml', false],
  ['automations/__index__.yml', false],
  ['automations/a.b.yml', false],
  ['automations/.a.yml', false],
  ['automations/a.txt', false],
  ['automations.yml', false],
  ['other/a.yml', false],
  ['runtime.yml', false],
  ['automations/a\\b.yml', false],
  ['automations/a\0.yml', false],
  [`automations/${'a/'.repeat(6)}a.yml`, false],
  [`automations/${'a'.repeat(201)}.yml`, false],
] as const)('%j is a path of a workspace: %s', (path, expected) => expect(isWorkspacePath(path)).toBe(expected));

it('names files by slugs, and slugs by files', () => {
  expect(fileOfSlug('automations', 'a/b c')).toBe('automations/a/b c.yml');
  expect(partOfFile('automations/a/b c.yml')).toEqual({ folder: 'automations', slug: 'a/b c' });
  for (const slug of ['', '..', 'a/', '/a', 'a.b', '__x', ' '])
    expect([slug, fileOfSlug('automations', slug)]).toEqual([slug, null]);
  expect(partOfFile('index.yml')).toBeNull();
});

it.each([
  [
    ['current/index.yml', 'current/automations/a.yml'],
    ['index.yml', 'automations/a.yml'],
  ],
  [
    ['index.yml', 'automations/a.yaml', 'pages/p.json'],
    ['index.yml', 'automations/a.yml', 'pages/p.yml'],
  ],
  [['automations/a.yml'], ['automations/a.yml']],
  [['pages/index.yml'], ['pages/index.yml']],
  [['v1/.import.yml', 'v1/.git/x.yml', 'v1/__index__.yml', 'v1/readme.md', '__MACOSX/v1/index.yml'], ['.import.yml']],
  [['v1/runtime.yml', 'v1/automations/__index__.yml', 'v1/index.yml'], ['index.yml']],
  [['a/index.yml', 'b/index.yml'], []],
] as const)('takes of an archive with %j: %j', (entries, paths) =>
  expect([...archivePaths([...entries]).values()]).toEqual(paths),
);

it('knows exclusions by what they name', () => {
  expect(isExcluded('automations/a.yml', ['automations/a'])).toBe(true);
  expect(isExcluded('index.yml', ['index'])).toBe(true);
  expect(isExcluded('automations/ab.yml', ['automations/a'])).toBe(false);
});

describe('merge of files', () => {
  const base = { same: '1', ours: '1', theirs: '1', both: '1', gone: '1', alike: '1' };
  const ours = { same: '1', ours: '2', theirs: '1', both: '2', gone: '1', alike: '2', 'new-ours': '2' };
  const theirs = { same: '1', ours: '1', theirs: '3', both: '3', alike: '2', 'new-theirs': '3' };

  it('gives each file to who alone has changed it', () => {
    const { files, conflicts } = mergeFiles(base, ours, theirs);
    expect(conflicts).toEqual([{ path: 'both', base: '1', ours: '2', theirs: '3' }]);
    expect(files).toEqual({
      same: '1',
      ours: '2',
      theirs: '3',
      both: '2',
      alike: '2',
      'new-ours': '2',
      'new-theirs': '3',
    });
  });

  it('decides conflicts as told, also between a change and a deletion', () => {
    expect(mergeFiles(base, ours, theirs, () => 'theirs')).toMatchObject({ conflicts: [], files: { both: '3' } });
    expect(mergeFiles({ a: '1' }, { a: '2' }, {}).conflicts).toHaveLength(1);
    expect(mergeFiles({ a: '1' }, { a: '2' }, {}, () => 'theirs').files).toEqual({});
  });

  it('compares', () => {
    expect(compareFiles({ a: '1', b: '1', c: '1' }, { a: '1', b: '2', d: '1' })).toEqual([
      { path: 'b', status: 'changed', before: '1', after: '2' },
      { path: 'c', status: 'removed', before: '1', after: null },
      { path: 'd', status: 'added', before: null, after: '1' },
    ]);
  });
});

it.each([
  ['Déjà vu, again!', 'Deja vu again'],
  ['  a_b-c  ', 'a_b-c'],
  ['One two three four five six', 'One two three four f'],
  ['日本', ''],
])('makes the slug of an automation of %j: %j', (name, slug) => expect(automationSlug(name)).toBe(slug));

it.each([
  ["Ada's Shop", 'adas-shop'],
  ['--Été 2026--', 'ete-2026'],
  ['日本', ''],
])('makes the slug of a workspace of %j: %j', (name, slug) => expect(workspaceSlug(name)).toBe(slug));

it('counts up to a free slug', () => {
  expect(freeSlug('a', () => false)).toBe('a');
  expect(freeSlug('a', (slug) => ['a', 'a-1'].includes(slug))).toBe('a-2');
  expect([firstName('x'), firstName({ en: 'y' }), firstName(null)]).toEqual(['x', 'y', '']);
});
