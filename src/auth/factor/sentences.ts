/** After the hundredth wrong code in a row (NIST 800-63B-4 3.2.2). Only an administrator's reset opens the way again. */
export const DISABLED_SENTENCE =
  'After a hundred wrong codes in a row the second factor was disabled. An administrator has to reset it.';
