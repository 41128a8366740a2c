import { compilePath } from './compile-path';

it.each([
  ['/a', '/a', {}],
  ['/a', '/a/', {}],
  ['/a', '/ab', null],
  ['/a', '/A', null],
  ['/a*', '/ab/c', {}],
  ['/a/*', '/a', null],
  ['/w/:id/x/*', '/w/acme/x/a/b', { id: 'acme' }],
  ['/w/:id', '/w/a/b', null],
  ['/w/:id', '/w/a%2Fb', { id: 'a%2Fb' }],
  ['/a.b', '/axb', null],
  ['*', '/anything', {}],
])('%s and %s: %j', (pattern, path, params) => {
  expect(compilePath(pattern)(path)).toEqual(params);
});
