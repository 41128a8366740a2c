import type { Release } from '../automation/compiled';
import { writeConfig, type WriteToConfig } from './write-config';

const release = {
  config: { '': {}, nlu: { langs: ['en'] }, 'nlu.french': { strict: false } },
  instances: { nlu: { appSlug: 'nlu', config: { lang: 'fr' } }, 'nlu.french': { appSlug: 'french', config: {} } },
} as unknown as Release;

const write = (files: { [path: string]: string }, ...writes: WriteToConfig[]) =>
  writeConfig(files, writes, { indexFile: 'index.yml', release });

const set = (instance: string, path: string[], value: WriteToConfig['patch']['value']): WriteToConfig => ({
  instance,
  patch: { op: 'replace', path, ...(value !== undefined && { value }) },
});

it.each([
  ['the values alone', 'config:\n  a: 1 # one\n', 'config:\n  a: 2 # one\n'],
  ['`config.value`', 'config:\n  schema: {}\n  value: { a: 1 }\n', 'config:\n  schema: {}\n  value: { a: 2 }\n'],
  ['no config yet', 'name: Orders # ours\n', 'name: Orders # ours\nconfig:\n  a: 2\n'],
])('of the workspace stands in the index: %s', (_, before, after) => {
  expect(write({ 'index.yml': before }, set('', ['a'], 2))).toEqual({ 'index.yml': after });
});

it('of an instance stands in its import, of one inside it there under its name', () => {
  const files = { 'index.yml': 'name: x\n', 'imports/nlu.yaml': 'appSlug: nlu\n' };
  expect(write(files, set('nlu', ['lang'], 'de'), set('nlu.french', ['strict'], true))).toEqual({
    'imports/nlu.yaml': 'appSlug: nlu\nconfig:\n  lang: de\n  french:\n    strict: true\n',
  });
});

it('goes on from the value of the app where the files have none', () => {
  const push: WriteToConfig = { instance: 'nlu', patch: { op: 'push', path: ['langs'], value: 'de' } };
  expect(write({ 'imports/nlu.yml': 'appSlug: nlu\n' }, push)).toEqual({
    'imports/nlu.yml': 'appSlug: nlu\nconfig:\n  langs:\n    - en\n    - de\n',
  });
});

it('takes away what is deleted, and leaves the files of an instance that has gone', () => {
  const gone: WriteToConfig = { instance: '', patch: { op: 'delete', path: ['a'] } };
  expect(write({ 'index.yml': 'config: { a: 1, b: 2 }\n' }, gone)).toEqual({ 'index.yml': 'config: { b: 2 }\n' });
  expect(write({ 'index.yml': 'config: {}\n' }, set('other', ['a'], 1))).toEqual({});
});
