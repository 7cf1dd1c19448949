import { describe, expect, it } from '@jest/globals';
import type { Config } from '../platform/config/index.js';
import { LOCALES } from '../shared/codes.js';
import { DeliveryError } from './delivery-error.js';
import { type Renderable, Renderer, type Secrets } from './renderer.js';
import { TEMPLATE_NAMES } from './template.types.js';

const renderer = new Renderer({ publicUrl: 'https://sign-in.example' } as Config);
const NONE: Secrets = { code: null, linkToken: null };

const message = (changes: Partial<Renderable> = {}): Renderable => ({
  template: 'code',
  locale: 'en',
  facts: { issuer: 'ACME', seconds: '90' },
  createdAt: new Date('2025-03-14T09:05:00.000Z'),
  ...changes,
});

describe('Renderer', () => {
  it('puts the code into the body in one run, and the issuer into the subject', () => {
    const mail = renderer.mail(message(), { ...NONE, code: '012345' });
    expect(mail.subject).toBe('Your code for ACME');
    expect(mail.subject).not.toContain('012345');
    expect(mail.text.match(/\b\d{6}\b/g)).toEqual(['012345']);
    expect(mail.text).toContain('90 seconds');
    expect(mail.html).toContain('>012345<');
  });

  it.each(LOCALES)('renders every template in %s without a placeholder left', (locale) => {
    for (const template of TEMPLATE_NAMES) {
      const mail = renderer.mail(message({ template, locale, facts: {} }), { code: '123456', linkToken: 'tok' });
      expect(`${mail.subject}${mail.text}${mail.html}`).not.toMatch(/[{}]|undefined|NaN|Invalid/);
    }
  });

  it.each([
    ['activation', 'https://sign-in.example/confirm-email?token=a%26b'],
    ['enrollment-link', 'https://sign-in.example/enroll?token=a%26b'],
    ['totp-reset-link', 'https://sign-in.example/enroll?token=a%26b'],
  ])('links %s to the configured address', (template, link) => {
    const mail = renderer.mail(message({ template }), { code: null, linkToken: 'a&b' });
    expect(mail.text.split('\n')).toContain(link);
    expect(mail.html).toContain(`href="${link}"`);
  });

  it('shows the facts of a notice in the language of the reader', () => {
    const facts = {
      issuer: 'ACME',
      method: 'TOTP',
      time: '2025-03-14T09:05:00.000Z',
      browser: 'Firefox 128.0',
      ip: '192.0.2.7',
    };
    const { text } = renderer.mail(message({ template: 'factor-added', locale: 'de', facts }), NONE);
    expect(text).toContain('Authenticator-App');
    expect(text).toContain('14. März 2025 um 09:05 UTC');
    expect(text).toContain('Firefox 128.0');
    expect(text).toContain('192.0.2.7');
  });

  it('greets by name only somebody whose name is known', () => {
    const facts = { issuer: 'ACME' };
    expect(renderer.mail(message({ template: 'test', facts: { ...facts, name: 'Ann' } }), NONE).text).toMatch(
      /^Hello Ann,\n/,
    );
    expect(renderer.mail(message({ template: 'test', facts }), NONE).text).not.toContain('Hello');
  });

  it('lets no fact begin a header, a tag, a link or a placeholder', () => {
    const facts = {
      issuer: 'ACME\r\nBcc: all@evil.example',
      name: '<img src=x> {code} http://evil.example/',
      browser: 'Chrome" onload="x" https://evil.example',
    };
    const { subject, text, html } = renderer.mail(message({ template: 'password-changed', facts }), {
      ...NONE,
      code: '999999',
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/http:\/\/evil|https:\/\/evil|999999/);
    expect(html).not.toMatch(/<img|" onload|\/\/evil/);
  });

  it('has a short form for texts', () => {
    const text = renderer.text(message({ locale: 'nl' }), { ...NONE, code: '654321' });
    expect(text).toMatch(/^654321 is uw code voor ACME/);
    expect(text).not.toMatch(/[\r\n]/);
  });

  it.each<[string, Renderable, Secrets]>([
    ['a code template without a code', message(), NONE],
    ['a link template without a token', message({ template: 'activation' }), NONE],
    ['an unknown template', message({ template: 'toString' }), NONE],
  ])('refuses for good %s', (_case, broken, secrets) => {
    expect(() => renderer.mail(broken, secrets)).toThrow(DeliveryError);
  });

  it('refuses for good a text of what can only be mailed', () => {
    expect(() => renderer.text(message({ template: 'activation' }), { ...NONE, linkToken: 't' })).toThrow(
      DeliveryError,
    );
  });
});
