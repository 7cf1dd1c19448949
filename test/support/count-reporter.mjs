import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Writes what really ran to `.tmp/test-counts.json`, for `.ci/run`. A suite that could not run counts as a failure. Says how
 * many passed of each kind, which is the folder below `test`, and `unit` for what stands beside the source.
 */
export default class CountReporter {
  constructor(globalConfig) {
    this.root = globalConfig.rootDir;
    this.file = join(globalConfig.rootDir, '.tmp', 'test-counts.json');
  }

  onRunComplete(_contexts, results) {
    const counts = {
      numPassed: results.numPassedTests,
      numFailed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      numSkipped: results.numPendingTests + results.numTodoTests,
      numSuites: results.numTotalTestSuites,
      interrupted: results.wasInterrupted === true,
    };
    const kinds = new Map();
    for (const { testFilePath, numPassingTests } of results.testResults) {
      const [top, folder] = relative(this.root, testFilePath).split(sep);
      const kind = top === 'src' ? 'unit' : folder;
      kinds.set(kind, (kinds.get(kind) ?? 0) + numPassingTests);
    }
    const byKind = [...kinds].sort().map(([kind, passed]) => `${kind} ${passed}`);
    process.stdout.write(`Passed by kind: ${byKind.join(', ')}\n`);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify(counts)}\n`);
  }
}
