import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadProcessConfig } from './src/platform/config/index.js';
import { dataSourceOptions } from './src/platform/database/data-source.js';

/**
 * For TypeORM's command line: `npm run typeorm -- migration:show`. The database is the one that DATABASE_URL names,
 * or the embedded SQLite file. Not part of the build: tsconfig.build.json takes `src` alone.
 */
export default new DataSource(dataSourceOptions(loadProcessConfig('embedded')));
