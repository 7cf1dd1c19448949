import type { Locale } from '../shared/codes.js';

/** A 24-hour clock and the day before the month for English too, as most readers of a time in UTC expect. */
const TAGS = { en: 'en-GB', de: 'de-DE', fr: 'fr-FR', nl: 'nl-NL', es: 'es-ES' } as const satisfies Record<
  Locale,
  string
>;

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `120` as "2 minutes", `90` as "90 seconds": the largest unit that holds it a whole number of times, more than once. */
export function duration(seconds: number, locale: Locale): string {
  const fitting = UNITS.find(([, size]) => seconds % size === 0 && seconds / size > 1);
  const [unit, size] = fitting ?? (['second', 1] as const);
  return plain(
    new Intl.NumberFormat(TAGS[locale], { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size),
  );
}

/** "14 March 2025 at 09:05 UTC", in the words of the language. */
export const pointInTime = (instant: Date, locale: Locale): string => `${plain(formatOf(locale).format(instant))} UTC`;

/** Kept, since making one takes longer than all else that a mail is made of. */
const formats = new Map<Locale, Intl.DateTimeFormat>();

function formatOf(locale: Locale): Intl.DateTimeFormat {
  let format = formats.get(locale);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
    formats.set(locale, format);
  }
  return format;
}

/** Some languages get spaces that do not break; one of them makes a text message twice as long (GSM 03.38 has none). */
const plain = (text: string): string => text.replace(/\s/gu, ' ');
