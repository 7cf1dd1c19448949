import './test/support/require-typescript.cjs';

/**
 * Everything runs as ES modules: `node --experimental-vm-modules node_modules/jest/bin/jest.js`.
 * TypeScript is stripped by swc (see .swcrc); the types are checked by `npm run typecheck`.
 */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest', '/node_modules/cookie/.+\\.js$': '@swc/jest' },
  // Jest on Node 20 cannot require() an ES module, as Node itself can; light-my-request (Fastify's inject) requires `cookie`.
  transformIgnorePatterns: ['/node_modules/(?!cookie/)'],
  // Sources import `./x.js`, as Node will see it; on disk it is `./x.ts`.
  moduleNameMapper: { '^(\\.{1,2}/(?!.*\\.json\\.js$).*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
  // ES modules of a test file are not let go of when it ends: a worker that has grown is started anew.
  workerIdleMemoryLimit: '1200MB',
  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
};
