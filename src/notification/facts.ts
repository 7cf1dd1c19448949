import type { Locale, Method } from '../shared/codes.js';
import { oneLine, unlinked } from './sanitize.js';
import type { FactName, LanguageTexts } from './template.types.js';
import { duration, pointInTime } from './wording.js';

const MAX = 64;
const MAX_ADDRESS = 254;

/** What a template can name: the facts, and what only the renderer knows. */
export type Placeholder = Exclude<FactName, 'seconds'> | 'duration' | 'code' | 'publicUrl';

interface Source {
  facts: Record<string, string>;
  locale: Locale;
  createdAt: Date;
}

/**
 * The facts of a message in words. Facts come from people: names from whoever signs up, the browser from a request
 * header. So each is one short line, and those that strangers choose cannot become links.
 */
export function wordsOf(
  source: Source,
  language: LanguageTexts,
): Record<Exclude<Placeholder, 'code' | 'publicUrl'>, string> {
  const { facts, locale, createdAt } = source;
  const given = (name: FactName): string => facts[name] ?? '';
  const known = (text: string): string => (text === '' ? language.unknown : text);
  const seconds = Number(given('seconds'));
  const time = new Date(given('time') === '' ? createdAt : given('time'));
  return {
    issuer: oneLine(given('issuer'), MAX) || 'Countersign',
    name: unlinked(given('name'), MAX),
    time: Number.isNaN(time.getTime()) ? language.unknown : pointInTime(time, locale),
    duration: Number.isInteger(seconds) && seconds > 0 ? duration(seconds, locale) : language.unknown,
    browser: known(unlinked(given('browser'), MAX)),
    ip: known(oneLine(given('ip'), MAX)),
    method: methodName(given('method'), language),
    newAddress: known(oneLine(given('newAddress'), MAX_ADDRESS)),
    newPhone: known(oneLine(given('newPhone'), MAX)),
  };
}

function methodName(text: string, { methods, unknown }: LanguageTexts): string {
  const isMethod = (word: string): word is Method => Object.hasOwn(methods, word);
  return isMethod(text) ? methods[text] : unknown;
}
