import tseslint from 'typescript-eslint';

/**
 * Rules are few, fast (no type information) and each has a reason. The import walls repeat what the project references
 * enforce, with words. Arrows: workers -> api, activities -> ports -> core; workflows -> core, contracts.
 */
const SERVICES = ['runtime', 'events', 'workspaces', 'files', 'permissions', 'apps', 'identity', 'gateway'];

/** Refuses relative imports into any of these top folders or folders of shared/. */
const away = (folders, message) => ({ regex: `^(\\.\\./)+(shared/)?(${folders.join('|')})(/|$)`, message });
const packages = (allowed, message) => ({ regex: `^(?!\\.)(?!(${allowed.join('|')})(/|$))`, message });
const wall = (name, files, ...patterns) => ({
  name,
  files,
  ignores: ['**/*.test.ts'], // A test may take any driver; what it proves is not shipped.
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const CORE_PACKAGES = [
  '@casl/ability',
  '@noble/hashes',
  'ajv',
  'ajv-formats',
  'dayjs',
  'moo',
  'nearley',
  're2js',
  'ulid',
  'yaml',
];

const impure = (selector, message) => ({ selector, message });
const CLOCK = [
  impure(
    "MemberExpression[object.name='Date'][property.name='now']",
    'The clock is an input: take `now` from the turn.',
  ),
  impure("NewExpression[callee.name='Date'][arguments.length=0]", 'The clock is an input: take `now` from the turn.'),
];
const CHANCE = impure(
  "MemberExpression[object.name='Math'][property.name='random']",
  'Chance is an input: derive it from the seed, so that a replay gives the same.',
);
const OUTSIDE = ['process', 'console', 'Buffer', 'fetch', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Pure code does not know the world outside; pass a value in, or use a port.',
}));

export default tseslint.config(
  {
    ignores: ['**/dist/**', 'coverage/**', '**/*.generated.ts', '.ostinato/**', 'tests/histories/**'],
  },
  {
    name: 'all sources',
    files: ['**/*.{ts,mjs,cjs}'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-require-imports': 'off', // .cjs and the JS grammar packages.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-throw-literal': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-dupe-keys': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-case': 'error',
      'no-fallthrough': 'error',
      'no-self-assign': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'use-isnan': 'error',
      'valid-typeof': 'error',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
    },
  },
  {
    name: 'style hints (warnings do not fail)',
    files: ['{shared,workflows,activities,api,workers}/**/*.ts'],
    ignores: ['**/*.test.ts', 'shared/testing/**'], // A describe block is one long function, and that is fine.
    rules: {
      'max-lines-per-function': ['warn', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only workers/config.ts reads the environment.' },
      ],
    },
  },
  {
    name: 'the one reader of the environment',
    files: ['workers/config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    name: 'core is pure',
    files: ['shared/core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...CLOCK, CHANCE],
      'no-restricted-globals': ['error', ...OUTSIDE],
    },
  },
  {
    name: 'workflows are deterministic (the sandbox replaces Date, so the clock is allowed)',
    files: ['workflows/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': ['error', CHANCE],
      'no-restricted-globals': ['error', ...OUTSIDE],
    },
  },
  wall(
    'walls of core',
    ['shared/core/**/*.ts'],
    away(
      ['contracts', 'ports', 'drivers', 'testing', 'workflows', 'activities', 'api', 'workers'],
      'core imports only core: it runs in the browser, in Node and in the sandbox alike.',
    ),
    packages(CORE_PACKAGES, 'core takes pure packages only; the list is in eslint.config.mjs.'),
  ),
  wall(
    'walls of contracts',
    ['shared/contracts/**/*.ts'],
    away(['ports', 'drivers', 'testing', 'workflows', 'activities', 'api', 'workers'], 'contracts import only core.'),
  ),
  wall(
    'walls of ports',
    ['shared/ports/**/*.ts'],
    away(
      ['drivers', 'testing', 'workflows', 'activities', 'api', 'workers'],
      'A port speaks the domain: it imports core and contracts, and never the driver behind it.',
    ),
  ),
  wall(
    'walls of drivers',
    ['shared/drivers/**/*.ts'],
    away(['activities', 'api', 'workers'], 'A driver serves a port; it does not know who uses it.'),
  ),
  wall(
    'walls of workflows',
    ['workflows/**/*.ts'],
    away(
      ['ports', 'drivers', 'testing', 'activities', 'api', 'workers'],
      'workflows import core and contracts only: everything else would be bundled into the sandbox.',
    ),
    { regex: '^node:', message: 'The sandbox has no Node.js.' },
  ),
  wall(
    'walls of activities',
    ['activities/**/*.ts'],
    away(['drivers', 'workflows', 'api', 'workers'], 'activities are built over ports; workers choose the drivers.'),
  ),
  wall(
    'walls of api',
    ['api/**/*.ts'],
    away(['drivers', 'workflows', 'activities', 'workers'], 'api talks to ports; workers choose the drivers.'),
  ),
  ...SERVICES.map((service) =>
    wall(
      `walls of api/${service}`,
      [`api/${service}/**/*.ts`],
      away(['drivers', 'workflows', 'activities', 'workers'], 'api talks to ports; workers choose the drivers.'),
      {
        regex: `^(\\.\\./)+(api/)?(${SERVICES.filter((other) => other !== service).join('|')})(/|$)`,
        message: 'Services never import each other: they talk by HTTP, events and shared stores.',
      },
    ),
  ),
);
