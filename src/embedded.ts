import 'reflect-metadata';
import { SetupService } from './administration/index.js';
import { ApiModule } from './api.module.js';
import { registerConsole } from './console/index.js';
import { banner } from './embedded-banner.js';
import { type Config, loadProcessConfig } from './platform/config/index.js';
import { resolveKeyRing } from './platform/crypto/index.js';
import { prepareDirectory } from './platform/database/index.js';
import { GRAPHQL_PATH } from './platform/graphql/index.js';
import {
  createHttpApp,
  exitOnBugs,
  listen,
  registerGraphiql,
  shutdownSteps,
  startOrExit,
  stopOnSignals,
} from './platform/http/index.js';
import { PinoLoggerService } from './platform/logging/index.js';
import { startTracing } from './platform/tracing/index.js';

/** Everything in one process: SQLite, the queue in memory, mails in `data/mail`, and GraphiQL to try it. */
async function start(config: Config): Promise<void> {
  prepareDirectory(config.dataDir);
  const logger = new PinoLoggerService(config);
  exitOnBugs(logger);
  await startTracing(config, 'countersign', logger);
  const parts = { config, keyRing: resolveKeyRing(config), logger };
  const app = await createHttpApp(ApiModule.forRoot(parts, { embedded: true }), config, logger);
  registerGraphiql(app.getHttpAdapter().getInstance(), { graphqlPath: GRAPHQL_PATH });
  registerConsole(app.getHttpAdapter().getInstance(), { graphqlPath: GRAPHQL_PATH });
  await app.init();
  const first = await app.get(SetupService, { strict: false }).ensureFirst(config);
  stopOnSignals(shutdownSteps(app), logger);
  const port = await listen(app, config);
  process.stdout.write(banner(config, port, first));
}

void startOrExit(() => loadProcessConfig('embedded'), start);
