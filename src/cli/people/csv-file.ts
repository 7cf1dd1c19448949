import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { CommandFailure } from '../command.js';
import { type ColumnName, COLUMNS, type CsvRecord } from './columns.js';

export interface CsvLine {
  /** The first line of a file is 1. */
  line: number;
  record: CsvRecord;
}

/** Bounds what a file that is none can fill the memory with. */
const RECORD_LONGEST = 100_000;

function checkHeader(names: readonly string[]): string[] {
  const columns = names.map((name) => name.trim());
  const unknown = columns.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new CommandFailure(
      `Line 1: these columns are not known: ${unknown.map((name) => name.slice(0, 40)).join(', ')}.`,
    );
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw new CommandFailure(`Line 1: the column ${twice} stands there twice.`);
  if (!columns.includes('email' satisfies ColumnName)) throw new CommandFailure('Line 1: there is no column email.');
  return columns;
}

/** One line at a time, so that a file may be of any length. @throws CommandFailure */
export async function* csvLines(path: string): AsyncGenerator<CsvLine, void, undefined> {
  const parser = parse({
    bom: true,
    columns: checkHeader,
    info: true,
    skip_empty_lines: true,
    max_record_size: RECORD_LONGEST,
  });
  const file = createReadStream(path);
  file.on('error', (error) => parser.destroy(error));
  try {
    for await (const { info, record } of file.pipe(parser) as AsyncIterable<{
      info: { lines: number };
      record: CsvRecord;
    }>) {
      yield { line: info.lines, record };
    }
  } catch (error) {
    throw readable(error);
  } finally {
    file.destroy();
  }
}

/** The parser's own messages quote the field, which may be a hash or a secret. */
function readable(error: unknown): unknown {
  if (error instanceof CsvError) {
    const { lines } = error as unknown as { lines?: number };
    return new CommandFailure(`Line ${String(lines ?? '?')}: this is not CSV as RFC 4180 has it (${error.code}).`);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new CommandFailure('There is no such file.');
  return code === 'EACCES' || code === 'EISDIR' ? new CommandFailure(`The file cannot be read (${code}).`) : error;
}
