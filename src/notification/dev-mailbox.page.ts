import { createHash } from 'node:crypto';
import type { DevMail } from './dev-mailbox.js';
import { escapeHtml } from './sanitize.js';

const STYLE =
  'body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em}' +
  'article{border:1px solid #999;border-radius:6px;padding:0 1em;margin:1em 0}pre{white-space:pre-wrap}dt{font-weight:bold}';

/** Nothing runs and nothing is fetched, whatever a mail may hold. */
export const MAILBOX_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** All mails on one page. Links are live only where they lead to this service. */
export function mailboxPage(mails: readonly DevMail[], publicUrl: string): string {
  const articles = mails.map((mail) => article(mail, publicUrl)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbox</title><style>${STYLE}</style></head>
<body><h1>Mailbox</h1>
<p>Mails that would have been sent if SMTP_URL were set. Reload to see newer ones.</p>
${articles === '' ? '<p>There are none yet.</p>' : articles}
</body></html>
`;
}

const article = (mail: DevMail, publicUrl: string): string =>
  `<article id="${escapeHtml(mail.id)}"><h2>${escapeHtml(mail.subject)}</h2>
<dl><dt>To</dt><dd>${escapeHtml(mail.to)}</dd><dt>From</dt><dd>${escapeHtml(mail.from)}</dd><dt>Sent</dt><dd>${escapeHtml(mail.sentAt)}</dd></dl>
<pre>${mail.text
    .split('\n')
    .map((line) => linked(line, publicUrl))
    .join('\n')}</pre></article>`;

const linked = (line: string, publicUrl: string): string => {
  const text = escapeHtml(line);
  const isOurs = line.startsWith(`${publicUrl}/`) && !/\s/.test(line);
  return isOurs ? `<a href="${text}" rel="noreferrer">${text}</a>` : text;
};
