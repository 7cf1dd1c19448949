import type { ParseArgsConfig } from 'node:util';

/** The outside of a command, so that a test can play it. */
export interface Io {
  /** What was asked for. Waits where whoever reads it is slow. */
  out(text: string): Promise<void>;
  /** What is told beside it: progress, warnings, errors. */
  err(text: string): void;
  /** A line that nobody should see, asked for at a terminal and read from standard input elsewhere; '' for none. */
  secret(question: string): Promise<string>;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface Call {
  options: OptionValues;
  /** As many as the command names. */
  positionals: readonly string[];
  io: Io;
}

export interface Command {
  /** As they are typed: `['factor', 'reset']`. */
  words: readonly string[];
  positionals: readonly string[];
  /** In one line, for the list of commands. */
  summary: string;
  /** The lines of `--help` below the usage. */
  help: readonly string[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** @returns whether all is well */
  run(call: Call): Promise<boolean>;
}

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Typed in a way that no command understands. */
export class UsageError extends Error {}

/** What was asked for cannot be done; the message is for the operator, as it stands. */
export class CommandFailure extends Error {}

export function textOption({ options }: Call, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function requiredOption(call: Call, name: string): string {
  const value = textOption(call, name);
  if (value === null) throw new UsageError(`--${name} is missing.`);
  return value;
}
