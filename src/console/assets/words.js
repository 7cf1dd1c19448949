/** What things are called. */

export const METHOD = {
  TOTP: { name: 'Authenticator app', detail: 'A code that an app on your phone, or a hard token, shows' },
  EMAIL: { name: 'E-mail', detail: 'A code by e-mail' },
  SMS: { name: 'Text message', detail: 'A code by text message to your phone' },
  RECOVERY_CODE: { name: 'Recovery code', detail: 'One of the codes that you kept' },
};

export const isSendable = (method) => method === 'EMAIL' || method === 'SMS';

export const optionText = ({ method, destination }) => ({
  value: method,
  label: METHOD[method].name,
  detail: destination ? `A code to ${destination}` : METHOD[method].detail,
});

export const DELIVERY = {
  QUEUED: 'It is waiting to be sent.',
  SENDING: 'It is being sent.',
  SENT: 'It has been sent.',
  FAILED: 'It could not be sent. Send it again, or choose another method.',
  EXPIRED: 'It could not be sent in time. Send it again.',
};
export const isUnderWay = (delivery) => delivery === 'QUEUED' || delivery === 'SENDING';

const PROVEN = {
  pwd: 'password',
  otp: 'authenticator code',
  email: 'code by e-mail',
  sms: 'code by text message',
  recovery: 'recovery code',
  'trusted-browser': 'trusted browser',
};
export const provenText = (amr) => amr.map((one) => PROVEN[one] ?? one).join(' + ');

const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|Chromium|CriOS)\//],
  ['Safari', /\bSafari\//],
];
const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
];
const firstOf = (table, text) => table.find(([, pattern]) => pattern.test(text))?.[0] ?? null;

/** A browser's own description is long and full of other browsers' names. */
export function browserText(userAgent) {
  if (userAgent === null) return 'Unknown browser';
  const [browser, system] = [firstOf(BROWSERS, userAgent), firstOf(SYSTEMS, userAgent)];
  if (browser === null) return userAgent.slice(0, 60);
  return system === null ? browser : `${browser} on ${system}`;
}

/** A refusal in full: what, how many tries are left, and when trying again makes sense. */
export function refusalText({ code, message, attemptsLeft, retryAt }, timeOf) {
  const tries = attemptsLeft === 1 ? '1 attempt left.' : `${String(attemptsLeft)} attempts left.`;
  return [
    message,
    attemptsLeft === null || attemptsLeft === undefined || code === 'TOO_MANY_ATTEMPTS' ? null : tries,
    retryAt && code !== 'RESEND_TOO_SOON' ? `Try again after ${timeOf(retryAt)}.` : null,
  ]
    .filter(Boolean)
    .join(' ');
}
