import 'reflect-metadata';
import { SetupService } from './administration/index.js';
import { ApiModule } from './api.module.js';
import { registerConsole } from './console/index.js';
import { type Config, loadProcessConfig } from './platform/config/index.js';
import { resolveKeyRing } from './platform/crypto/index.js';
import { GRAPHQL_PATH } from './platform/graphql/index.js';
import { createHttpApp, exitOnBugs, listen, shutdownSteps, startOrExit, stopOnSignals } from './platform/http/index.js';
import { PinoLoggerService } from './platform/logging/index.js';
import { startTracing } from './platform/tracing/index.js';

/** An API process of a production installation: any number of them, on MySQL or MariaDB and Redis. */
async function start(config: Config): Promise<void> {
  const logger = new PinoLoggerService(config);
  exitOnBugs(logger);
  await startTracing(config, 'countersign-api', logger);
  const parts = { config, keyRing: resolveKeyRing(config), logger };
  const app = await createHttpApp(ApiModule.forRoot(parts, { embedded: false }), config, logger);
  registerConsole(app.getHttpAdapter().getInstance(), { graphqlPath: GRAPHQL_PATH });
  await app.init();
  // A generated password would end in a log: here the operator names both, or uses `organization create`.
  if (config.adminEmail !== null && config.adminPassword !== null) {
    await app.get(SetupService, { strict: false }).ensureFirst(config);
  }
  stopOnSignals(shutdownSteps(app), logger);
  const port = await listen(app, config);
  logger.log('The API answers.', { host: config.host, port, publicUrl: config.publicUrl }, 'Main');
}

void startOrExit(() => loadProcessConfig('production'), start);
