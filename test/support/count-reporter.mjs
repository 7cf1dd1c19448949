import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes what really ran to `.tmp/test-counts.json`, for `.ci/run`. A suite that could not run counts as a failure. */
export default class CountReporter {
  constructor(globalConfig) {
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
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify(counts)}\n`);
  }
}
