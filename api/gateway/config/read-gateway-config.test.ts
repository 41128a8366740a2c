import { compileRoutes } from '../routes';
import { expandVariables, readGatewayConfig } from './read-gateway-config';

const errorsOf = (text: string) => {
  const found = readGatewayConfig(text);
  return 'errors' in found ? found.errors : [];
};
const sound = `
endpoints: { a: { path: /a }, b: { paths: [/b, /c], methods: [get], hosts: ['^b\\.'] }, d: { pathRegexp: '^/d+$' } }
services: { s: { url: http://s } }
pipelines:
  - { name: one, endpoints: [a], policies: [ { match: { paths: [/a] }, blacklist: { paths: [x] } }, { proxy: { service: s } } ] }
  - { name: two, endpoints: [b, d], policies: [ { proxy: { service: s } } ] }
`;

it('reads what is sound', () => {
  const found = readGatewayConfig(sound);
  expect(found).toMatchObject({
    config: {
      endpoints: { a: { paths: ['/a'] }, b: { paths: ['/b', '/c'], methods: ['GET'], hosts: [/^b\./] } },
      services: { s: { url: 'http://s' } },
      pipelines: [
        { name: 'one', policies: [{ name: 'blacklist', match: { paths: ['/a'] } }, { name: 'proxy' }] },
        { name: 'two', endpoints: ['b', 'd'] },
      ],
    },
  });
});

it.each([
  ['nothing', '', ['endpoints are missing', 'services are missing', 'pipelines are missing']],
  ['no YAML', 'a: [', [expect.stringMatching(/Flow sequence/)]],
  ['an unknown endpoint', sound.replace('endpoints: [a]', 'endpoints: [z]'), ['pipeline one: there is no endpoint z']],
  ['an endpoint twice', sound.replace('[b, d]', '[b, d, a]'), ['endpoint a is in the pipelines one and two']],
  [
    'two policies in one',
    sound.replace('blacklist:', 'rateLimit: {}, blacklist:'),
    [expect.stringMatching(/exactly one of/)],
  ],
  ['an unknown policy', sound.replace('blacklist:', 'blackList:'), ['pipeline one: there is no policy blackList']],
  [
    'a proxy to nowhere',
    sound.replace(
      'two, endpoints: [b, d], policies: [ { proxy: { service: s',
      'two, endpoints: [b, d], policies: [ { proxy: { service: t',
    ),
    ['pipeline two: there is no service t'],
  ],
  [
    'an endpoint without a path',
    sound.replace('{ path: /a }', '{ methods: [GET] }'),
    ['endpoint a has none of path, paths and pathRegexp'],
  ],
  ['a service without url', sound.replace('{ url: http://s }', '{}'), ['service s has no url']],
  ['a broken expression', sound.replace("'^/d+$'", "'('"), ['endpoint d: ( is no regular expression']],
  [
    'a pipeline without policies',
    sound.replace('policies: [ { proxy: { service: s } } ]', 'policies: []'),
    [expect.stringMatching(/has no policies/)],
  ],
])('refuses %s', (_, text, errors) => {
  expect(errorsOf(text)).toEqual(expect.arrayContaining(errors as string[]));
});

it('tells everything that is wrong at once', () => {
  expect(errorsOf(sound.replace('{ path: /a }', '{}').replace('{ url: http://s }', '{}'))).toHaveLength(2);
});

it.each([
  ['a limit that is no number', 'rateLimit: { name: x, window: 1, limit: many }', 'limit must be a number'],
  ['a limit without a name', 'rateLimit: { window: 1, limit: 1 }', 'name is missing'],
  ['an unknown key', 'rateLimit: { name: x, window: 1, limit: 1, key: shoe }', 'key must be one of'],
  ['a size that is none', 'proxy: { service: s, maxBodySize: big }', 'maxBodySize must be a size'],
  ['a list that is none', 'authorization: { roles: admin }', 'roles must be a list of texts'],
])('refuses %s of a policy', (_, policy, message) => {
  const found = readGatewayConfig(`
endpoints: { a: { path: /a } }
services: { s: { url: http://s } }
pipelines: [ { name: one, endpoints: [a], policies: [ { ${policy} } ] } ]
`);
  if ('errors' in found) throw new Error(found.errors.join());
  const parts = { target: () => ({ request: async () => undefined }), bodyLimitBytes: 1 };
  expect(() => compileRoutes(found.config, parts as never)).toThrow(message);
});

it('takes values from the environment, by default where there is none', () => {
  const text = '${A:-x} ${B} ${C:-} ${D:-http://d:1}';
  expect(expandVariables(text, { A: 'a', D: '' })).toBe('a ${B}  http://d:1');
});
