export * from './columns.js';
export { dataSourceOptions, prepareDirectory } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { columnsOf, type FlatColumns, insertRows, instantFrom, instantParam, marks } from './flat-rows.js';
export { gathered } from './gathered.js';
export { ChangedMeanwhile, isDuplicateKey, isUnreachable } from './unreachable.js';
export { Tx } from './tx.js';
export { UnitOfWork } from './unit-of-work.js';
