import type { Call } from './command.js';
import { CommandFailure } from './command.js';

export const PASSWORD_HELP = [
  'The password is asked for at a terminal and read as one line from standard input elsewhere, never taken from the',
  'command line, where everyone on the machine could read it. Where none is given, one is made and printed once.',
];

/** @returns the password, and whether it was made here and has to be shown */
export async function passwordFor(
  { options, io }: Call,
  generate: () => string,
): Promise<{ password: string; isGenerated: boolean }> {
  const given = options.generate === true ? '' : await io.secret('Password (empty: one is made): ');
  if (given === '') return { password: generate(), isGenerated: true };
  return { password: given, isGenerated: false };
}

/** @throws CommandFailure with the refusal's sentence */
export function orFail(refusal: { message: string }): never {
  throw new CommandFailure(refusal.message);
}
