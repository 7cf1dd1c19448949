import QRCode from 'qrcode';
import { base32 } from './base32.js';
import type { HotpOptions } from './hotp.js';

export interface ProvisioningFacts extends HotpOptions {
  secret: Buffer;
  issuer: string;
  /** The name of the account inside the issuer: the e-mail address. */
  account: string;
  /** Seconds. */
  period: number;
}

/**
 * The Key URI that authenticator apps read from a QR code. The issuer stands in the label and as a parameter, since
 * apps differ in which of them they show. It holds the secret: never log it.
 */
export function provisioningUri({ secret, issuer, account, algorithm, digits, period }: ProvisioningFacts): string {
  const by = encode(issuer);
  const parameters = [
    ['secret', base32(secret)],
    ['issuer', by],
    ['algorithm', algorithm],
    ['digits', String(digits)],
    ['period', String(period)],
  ].map((pair) => pair.join('='));
  return `otpauth://totp/${by}:${encode(account)}?${parameters.join('&')}`;
}

/**
 * %20 for a blank: apps show the "+" of form encoding as it is. The colon divides issuer and account in the label, so
 * that within them it is left out. Half surrogates, which cannot be encoded, become U+FFFD.
 */
const encode = (text: string): string => encodeURIComponent(Buffer.from(text.replaceAll(':', '')).toString());

/** Made in this process: no third party sees the secret. */
export async function qrImages(uri: string): Promise<{ png: string; svg: string }> {
  const options = { errorCorrectionLevel: 'M', margin: 4 } as const;
  // PNG filter "up" (2): the rows of a QR code repeat. Trying all five filters for each row takes several times as long.
  const rendererOpts = { filterType: 2, deflateStrategy: 0, deflateLevel: 6 };
  const filtered = { ...options, type: 'image/png', scale: 6, rendererOpts } as const;
  const [png, svg] = await Promise.all([
    QRCode.toDataURL(uri, filtered),
    QRCode.toString(uri, { ...options, type: 'svg' }),
  ]);
  return { png, svg };
}
