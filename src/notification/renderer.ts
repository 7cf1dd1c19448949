import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { permanent } from './delivery-error.js';
import { wordsOf } from './facts.js';
import { mailHtml } from './mail-html.js';
import type { MessageEntity } from './message.entity.js';
import { oneLine } from './sanitize.js';
import { LANGUAGES } from './templates/index.js';
import { TEMPLATE_NAMES, type TemplateName } from './template.types.js';

export type Renderable = Pick<MessageEntity, 'template' | 'locale' | 'facts' | 'createdAt'>;

/** What exists only while a message is being sent. */
export interface Secrets {
  code: string | null;
  linkToken: string | null;
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** Where the link of a template leads. */
export const LINK_PATHS: Partial<Record<TemplateName, string>> = {
  activation: '/confirm-email',
  'enrollment-link': '/enroll',
  'totp-reset-link': '/enroll',
};

const SUBJECT_MAX = 120;

@Injectable()
export class Renderer {
  private readonly publicUrl: string;

  constructor(@Inject(CONFIG) { publicUrl }: Config) {
    this.publicUrl = publicUrl;
  }

  /** @throws DeliveryError, permanent, when the message lacks what its template cannot do without */
  mail(message: Renderable, secrets: Secrets): RenderedMail {
    const { template, language, fill, name } = this.prepare(message, secrets);
    const texts = language.templates[template];
    const link = this.link(template, secrets.linkToken);
    const before = [...(name === '' ? [] : [language.greeting]), ...texts.before].map(fill);
    const after = texts.after.map(fill);
    const subject = oneLine(fill(texts.subject), SUBJECT_MAX);
    return {
      subject,
      text: `${[...before, ...(link === null ? [] : [link]), ...after].join('\n\n')}\n`,
      html: mailHtml({
        language: message.locale,
        subject,
        before,
        code: secrets.code,
        button: link === null ? null : { label: texts.button ?? link, url: link },
        after,
      }),
    };
  }

  /** The form for text messages. @throws DeliveryError as `mail` does */
  text(message: Renderable, secrets: Secrets): string {
    const { template, language, fill } = this.prepare(message, secrets);
    const { sms } = language.templates[template];
    if (sms === undefined) throw permanent('This kind of message has no form for texts.');
    return fill(sms);
  }

  private prepare(message: Renderable, { code }: Secrets) {
    const { template } = message;
    if (!isTemplate(template)) throw permanent('No template has this name.');
    if (template === 'code' && code === null) throw permanent('A code was to be sent, but the message names none.');
    const language = LANGUAGES[message.locale];
    const words: Record<string, string> = {
      ...wordsOf(message, language),
      code: code ?? '',
      publicUrl: this.publicUrl,
    };
    return {
      template,
      language,
      name: words.name ?? '',
      // In one pass, so that a fact that looks like a placeholder is not filled in turn.
      fill: (line: string) => line.replace(/\{(\w+)\}/g, (_whole, key: string) => words[key] ?? ''),
    };
  }

  /** From the configured address alone: a link made of the request's Host header could lead anywhere. */
  private link(template: TemplateName, token: string | null): string | null {
    const path = LINK_PATHS[template];
    if (path === undefined) return null;
    if (token === null) throw permanent('A link was to be sent, but the message holds none.');
    return `${this.publicUrl}${path}?token=${encodeURIComponent(token)}`;
  }
}

const isTemplate = (name: string): name is TemplateName => (TEMPLATE_NAMES as readonly string[]).includes(name);
