export type Digits = 6 | 8;

const FORMS = { 6: /^[0-9]{6}$/, 8: /^[0-9]{8}$/ } as const satisfies Record<Digits, RegExp>;

/**
 * Exactly N ASCII digits, and nothing is trimmed, cut or converted: one code, one spelling. Lenient parsing elsewhere
 * takes "+060350", " 60350" or "60350x" for 060350, which multiplies the texts that a limiter has to tell apart.
 */
export function parseCode(input: string, digits: Digits): string | null {
  // JavaScript's `$` without the m flag is the very end: a trailing newline does not pass.
  return FORMS[digits].test(input) ? input : null;
}
