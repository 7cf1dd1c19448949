import { describe, expect, it } from '@jest/globals';
import { LOCALES } from '../../shared/codes.js';
import { LINK_PATHS } from '../renderer.js';
import { FACT_NAMES, TEMPLATE_NAMES, type TemplateText } from '../template.types.js';
import { canBeTexted, LANGUAGES } from './index.js';

const placeholders = (lines: readonly string[]): string[] =>
  [...new Set(lines.flatMap((line) => [...line.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')))].sort();
const mailOf = (text: TemplateText): readonly string[] => [text.subject, ...text.before, ...text.after];

const KNOWN = [...FACT_NAMES.filter((name) => name !== 'seconds'), 'duration', 'code', 'publicUrl'] as string[];

describe.each(LOCALES)('templates in %s', (locale) => {
  const { templates, methods, greeting } = LANGUAGES[locale];

  it('are all there', () => {
    expect(Object.keys(templates).sort()).toEqual([...TEMPLATE_NAMES].sort());
    expect(Object.keys(methods).sort()).toEqual(Object.keys(LANGUAGES.en.methods).sort());
    expect(placeholders([greeting])).toEqual(['name']);
  });

  it.each(TEMPLATE_NAMES)('%s says what English says', (name) => {
    const text = templates[name];
    const english = LANGUAGES.en.templates[name];
    expect(placeholders(mailOf(text))).toEqual(placeholders(mailOf(english)));
    expect(placeholders([text.subject])).toEqual(placeholders([english.subject]));
    expect(text.sms === undefined).toBe(english.sms === undefined);
    expect(placeholders([text.sms ?? ''])).toEqual(placeholders([english.sms ?? '']));
    expect(text.button === undefined).toBe(LINK_PATHS[name] === undefined);
  });

  it.each(TEMPLATE_NAMES)('%s names the issuer in its subject, and nothing that no renderer knows', (name) => {
    const text = templates[name];
    expect(text.subject).toContain('{issuer}');
    expect(KNOWN).toEqual(expect.arrayContaining(placeholders([...mailOf(text), text.sms ?? ''])));
  });

  it('differ from English', () => {
    if (locale === 'en') return;
    for (const name of TEMPLATE_NAMES) expect(templates[name].subject).not.toBe(LANGUAGES.en.templates[name].subject);
  });
});

it('only codes and test messages can be texted', () => {
  expect(TEMPLATE_NAMES.filter(canBeTexted)).toEqual(['code', 'test']);
});
