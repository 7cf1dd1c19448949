import { escapeHtml } from './sanitize.js';

interface MailParts {
  language: string;
  subject: string;
  /** Paragraphs, as plain text. */
  before: readonly string[];
  /** The paragraph that is this and nothing else stands out. */
  code: string | null;
  button: { label: string; url: string } | null;
  after: readonly string[];
}

const BODY = 'font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:36em;margin:1.5em auto';
const CODE = 'font-size:32px;font-weight:bold;letter-spacing:4px';
const BUTTON =
  'display:inline-block;padding:10px 20px;background:#1f4e8c;color:#ffffff;text-decoration:none;border-radius:4px';
const SMALL = 'font-size:13px;color:#555555;word-break:break-all';

/** No picture, script or style from elsewhere: nothing to load, and nothing that tells the sender of its opening. */
export function mailHtml({ language, subject, before, code, button, after }: MailParts): string {
  const paragraph = (line: string): string => `<p${line === code ? ` style="${CODE}"` : ''}>${escapeHtml(line)}</p>`;
  const link =
    button === null
      ? []
      : [
          `<p><a href="${escapeHtml(button.url)}" style="${BUTTON}">${escapeHtml(button.label)}</a></p>`,
          `<p style="${SMALL}">${escapeHtml(button.url)}</p>`,
        ];
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="${BODY}">`,
    ...before.map(paragraph),
    ...link,
    ...after.map(paragraph),
    '</body></html>',
    '',
  ].join('\n');
}
