import { Column, PrimaryColumn } from 'typeorm';

/**
 * The column kinds of this project, each chosen so that one migration file serves SQLite, MySQL and MariaDB without
 * drift between what the migration makes and what the entity says.
 */

const ID_LENGTH = 36;

/** A UUIDv7 as the primary key. */
export const IdColumn = (): PropertyDecorator => PrimaryColumn({ type: 'varchar', length: ID_LENGTH });
/** The id of another row. */
export const RefColumn = (): PropertyDecorator => Column({ type: 'varchar', length: ID_LENGTH });
export const OptionalRefColumn = (): PropertyDecorator =>
  Column({ type: 'varchar', length: ID_LENGTH, nullable: true });
/** One half of a two-column key, for rows that only join two others. */
export const KeyRefColumn = (): PropertyDecorator => PrimaryColumn({ type: 'varchar', length: ID_LENGTH });

export const TextColumn = (length: number): PropertyDecorator => Column({ type: 'varchar', length });
export const OptionalTextColumn = (length: number): PropertyDecorator =>
  Column({ type: 'varchar', length, nullable: true });
export const LongTextColumn = (): PropertyDecorator => Column({ type: 'text' });
export const OptionalLongTextColumn = (): PropertyDecorator => Column({ type: 'text', nullable: true });
/** A value of a TypeScript union, kept as its own word. */
export const WordColumn = (): PropertyDecorator => Column({ type: 'varchar', length: 32 });
export const OptionalWordColumn = (): PropertyDecorator => Column({ type: 'varchar', length: 32, nullable: true });
export const CountColumn = (): PropertyDecorator => Column({ type: 'integer' });
export const OptionalCountColumn = (): PropertyDecorator => Column({ type: 'integer', nullable: true });
export const FlagColumn = (): PropertyDecorator => Column({ type: 'boolean' });
/** An instant in UTC, to the millisecond. */
export const InstantColumn = (): PropertyDecorator => Column({ type: 'datetime', precision: 3 });
export const OptionalInstantColumn = (): PropertyDecorator =>
  Column({ type: 'datetime', precision: 3, nullable: true });
/** A small JSON value that is read and written whole. */
export const JsonColumn = (): PropertyDecorator => Column({ type: 'simple-json' });
/** SHA-256 in hexadecimal. */
export const DigestColumn = (): PropertyDecorator => Column({ type: 'varchar', length: 64 });
export const OptionalDigestColumn = (): PropertyDecorator => Column({ type: 'varchar', length: 64, nullable: true });
