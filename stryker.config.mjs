import { dirname } from 'node:path';
import jest from './jest.config.js';

/** Mutates one file and runs the unit specs beside it: scripts/mutation.mjs names both, file by file. See docs/mutation.md. */
const mutate = process.env.MUTATE;
const specs = process.env.MUTATION_SPECS;
if (mutate === undefined || specs === undefined) throw new Error('Run `npm run mutation [path...]`.');

export default {
  mutate: mutate.split(','),
  testRunner: 'jest',
  // Jest loads ES modules only with this flag, in the runner's own process.
  testRunnerNodeArgs: ['--no-warnings', '--experimental-vm-modules'],
  // Modules of a run are never let go of: a runner is started anew before it has grown.
  maxTestRunnerReuse: 60,
  coverageAnalysis: 'perTest',
  jest: {
    projectType: 'custom',
    // Searching the related specs took ten times as long as running the ones that stand beside the file.
    enableFindRelatedTests: false,
    config: {
      ...jest,
      // Crawled anew for each mutant.
      roots: [...new Set(specs.split(',').map((spec) => `<rootDir>/${dirname(spec)}`))],
      watchman: false,
      testMatch: specs.split(',').map((spec) => `**/${spec}`),
      // Two thirds of a mutant's time went into loading them, for files that only name an entity or a neighbour.
      moduleNameMapper: {
        '^(typeorm$|@nestjs/|@apollo/)': '<rootDir>/test/support/unloaded-packages.mjs',
        ...jest.moduleNameMapper,
      },
      // No engine is started for pure files.
      globalSetup: null,
      globalTeardown: null,
      reporters: [],
    },
  },
  concurrency: 1,
  // Generous, so that a busy machine passes no mutant off as caught.
  timeoutMS: 10_000,
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['.tmp', 'bench', 'coverage', 'data', 'dist', 'docker', 'reports', 'test/*', '!test/support'],
  reporters: ['json'],
  jsonReporter: { fileName: process.env.MUTATION_REPORT },
  allowConsoleColors: false,
  logLevel: 'warn',
};
