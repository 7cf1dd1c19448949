import { describe, expect, it } from '@jest/globals';
import { fromBase32 } from './base32.js';
import { provisioningUri, qrImages } from './provisioning.js';

const SECRET = Buffer.from('12345678901234567890', 'ascii');
const facts = (over = {}): Parameters<typeof provisioningUri>[0] => ({
  secret: SECRET,
  issuer: 'Acme',
  account: 'ann@example.com',
  algorithm: 'SHA1',
  digits: 6,
  period: 30,
  ...over,
});

describe('provisioningUri', () => {
  it('has the form that the apps know', () => {
    expect(provisioningUri(facts())).toBe(
      'otpauth://totp/Acme:ann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme&algorithm=SHA1&digits=6&period=30',
    );
  });

  it.each([
    ['a blank', 'Acme Ltd', 'Acme%20Ltd'],
    ['a colon, which would move the border of the label', 'Acme: Ops', 'Acme%20Ops'],
    ['what would add parameters', 'A&secret=B?#/', 'A%26secret%3DB%3F%23%2F'],
    ['a percent sign', '100%', '100%25'],
    ['letters beyond ASCII', 'Škoda', '%C5%A0koda'],
    ['half a surrogate pair', 'A\ud800', 'A%EF%BF%BD'],
  ])('encodes an issuer with %s', (_name, issuer, encoded) => {
    const uri = provisioningUri(facts({ issuer }));
    expect(uri.startsWith(`otpauth://totp/${encoded}:ann%40example.com?secret=`)).toBe(true);
    expect(uri).toContain(`&issuer=${encoded}&`);
    expect(uri.match(/secret=/g)).toHaveLength(1);
  });

  it('reads back with an ordinary URL parser', () => {
    const url = new URL(provisioningUri(facts({ algorithm: 'SHA256', digits: 8, period: 60, account: 'a:b+c@x.org' })));
    expect(decodeURIComponent(url.pathname)).toBe('/Acme:ab+c@x.org');
    expect(fromBase32(url.searchParams.get('secret') ?? '')).toEqual(SECRET);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ algorithm: 'SHA256', digits: '8', period: '60' });
  });
});

describe('qrImages', () => {
  it('draws a PNG and an SVG, and needs no other host for it', async () => {
    const { png, svg } = await qrImages(provisioningUri(facts()));
    const bytes = Buffer.from(png.replace('data:image/png;base64,', ''), 'base64');
    expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
    expect(svg).not.toContain('otpauth');
  });

  it('draws different images for different secrets', async () => {
    const [one, other] = await Promise.all(
      [SECRET, Buffer.alloc(20, 9)].map((secret) => qrImages(provisioningUri(facts({ secret })))),
    );
    expect(one?.svg).not.toBe(other?.svg);
    expect(one?.png).not.toBe(other?.png);
  });
});
