import 'reflect-metadata';
import { type Config, loadProcessConfig } from './platform/config/index.js';
import { resolveKeyRing } from './platform/crypto/index.js';
import { createHttpApp, exitOnBugs, listen, shutdownSteps, startOrExit, stopOnSignals } from './platform/http/index.js';
import { PinoLoggerService } from './platform/logging/index.js';
import { startTracing } from './platform/tracing/index.js';
import { WorkerModule } from './worker.module.js';

/** A worker process of a production installation: any number of them. Its port is for health and metrics alone. */
async function start(config: Config): Promise<void> {
  const logger = new PinoLoggerService(config);
  exitOnBugs(logger);
  await startTracing(config, 'countersign-worker', logger);
  const parts = { config, keyRing: resolveKeyRing(config), logger };
  const app = await createHttpApp(WorkerModule.forRoot(parts), config, logger);
  stopOnSignals(shutdownSteps(app), logger);
  const port = await listen(app, config);
  logger.log('The worker works.', { host: config.host, port }, 'Main');
}

void startOrExit(() => loadProcessConfig('production'), start);
