import { expect, it } from '@jest/globals';
import type { Locale } from '../shared/codes.js';
import { duration } from './wording.js';

it.each<[number, Locale, string]>([
  [90, 'en', '90 seconds'],
  [60, 'en', '60 seconds'],
  [1, 'en', '1 second'],
  [240, 'en', '4 minutes'],
  [240, 'de', '4 Minuten'],
  [7_200, 'fr', '2 heures'],
  [86_400, 'es', '24 horas'],
  [259_200, 'nl', '3 dagen'],
])('%i seconds in %s are "%s"', (seconds, locale, words) => {
  expect(duration(seconds, locale)).toBe(words);
});
