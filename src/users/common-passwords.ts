import { createRequire } from 'node:module';

type Lists = Readonly<Record<'passwords-common', readonly string[]>>;

const load = createRequire(import.meta.url);
let known: ReadonlySet<string> | undefined;

/**
 * Whether a password, in lower case, is among the ones that attackers try first (some 50 000, from leaked lists). Most
 * processes never meet a new password, so the list is not among the imports: it is loaded at the first need.
 */
export function isCommonPassword(lowerCased: string): boolean {
  known ??= new Set((load('@zxcvbn-ts/language-common') as { dictionary: Lists }).dictionary['passwords-common']);
  return known.has(lowerCased);
}
