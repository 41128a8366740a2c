import { createAppDependents } from './app-dependents';

const apps = (...folders: string[]) => ({ folders: new Set(folders), isOpen: false });

it('names who installs what has changed, but not what has changed itself', () => {
  const dependents = createAppDependents();
  dependents.note('acme', apps('nlu', 'french'));
  dependents.note('shop', apps('pay'));
  dependents.note('nlu', apps('french'));
  expect(dependents.of(['french'])).toEqual(['acme', 'nlu']);
  expect(dependents.of(['french', 'nlu'])).toEqual(['acme']);
  expect(dependents.of(['acme'])).toEqual([]);
  dependents.note('acme', null);
  expect(dependents.of(['french'])).toEqual(['nlu']);
});

it('deploys again, at any change, what misses an app', () => {
  const dependents = createAppDependents();
  dependents.note('acme', { folders: new Set(), isOpen: true });
  expect(dependents.of(['whatever'])).toEqual(['acme']);
});

it('knows what a compilation needs before it comes into force, besides what is in force', () => {
  const dependents = createAppDependents();
  dependents.note('acme', apps('nlu'));
  dependents.foresee('acme', apps('pay'));
  expect([dependents.of(['nlu']), dependents.of(['pay'])]).toEqual([['acme'], ['acme']]);
  dependents.note('acme', apps('pay'));
  expect(dependents.of(['nlu'])).toEqual([]);
});
