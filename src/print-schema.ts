import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ApiModule } from './api.module.js';
import { loadConfig } from './platform/config/index.js';
import { KeyRing } from './platform/crypto/index.js';
import { createHttpApp } from './platform/http/index.js';
import { PinoLoggerService } from './platform/logging/index.js';

/** Writes the SDL that the server serves to the given file, from the decorators, on a database that is thrown away. */
async function print(target: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-schema-'));
  const config = loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error' }, 'embedded');
  const logger = new PinoLoggerService(config);
  const keyRing = KeyRing.parse(KeyRing.generate());
  const app = await createHttpApp(ApiModule.forRoot({ config, keyRing, logger }, { embedded: true }), config, logger);
  await app.init();
  const { schema } = app.get(GraphQLSchemaHost);
  writeFileSync(target, `${printSchema(lexicographicSortSchema(schema))}\n`);
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
}

void print(process.argv[2] ?? 'schema.graphql');
