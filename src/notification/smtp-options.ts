import type { SMTPPoolOptions } from 'nodemailer';
import { permanent } from './delivery-error.js';

type Options = Pick<SMTPPoolOptions, 'host' | 'port' | 'secure' | 'requireTLS' | 'ignoreTLS' | 'auth'>;

/**
 * `smtp://[user:password@]host[:port]` (587; TLS by STARTTLS where offered), `smtps://…` (465; TLS from the start),
 * with `?requireTLS=true` or `?ignoreTLS=true`. Read here and not by nodemailer, which would take any of its options
 * from the query, among them a proxy, a log of whole messages, and certificates left unchecked.
 * @throws DeliveryError, permanent; it repeats nothing of the URL
 */
export function smtpOptions(text: string): Options {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '' || !['smtp:', 'smtps:'].includes(url.protocol)) {
    throw permanent('The SMTP URL cannot be read.');
  }
  const secure = url.protocol === 'smtps:';
  const flag = (name: string): boolean => url.searchParams.get(name) === 'true';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: flag('requireTLS'),
    ignoreTLS: flag('ignoreTLS'),
    ...(url.username === '' ? {} : { auth: { user: decoded(url.username), pass: decoded(url.password) } }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw permanent('The SMTP URL cannot be read.');
  }
}
