const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' }];
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|tsx)$': swc },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};
/**
 * unit: pure code and embedded drivers, under a minute. integration: real Temporal server, child processes, load, and what
 * takes its time.
 */
module.exports = {
  testSequencer: '<rootDir>/scripts/setup/slow-first.cjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{shared,workflows,activities,api,workers,scripts}/**/*.test.ts',
        '<rootDir>/tests/unit/**/*.test.ts',
      ],
    },
    { ...common, displayName: 'integration', testMatch: ['<rootDir>/tests/integration/**/*.test.ts'] },
  ],
  // What runs inside Temporal's sandbox and in child processes is not counted: it is judged by its own tests.
  collectCoverageFrom: [
    '{shared,workflows,activities,api,workers}/**/*.ts',
    '!**/*.{test,generated,d}.ts',
    '!shared/testing/**',
  ],
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { statements: 80, branches: 70, functions: 80, lines: 80 } },
};
