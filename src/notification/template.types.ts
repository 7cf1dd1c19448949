import type { Method } from '../shared/codes.js';

/** Everything that the service ever sends. A code has a form for texts beside the one for mails. */
export const TEMPLATE_NAMES = [
  'code',
  'enrollment-link',
  'totp-reset-link',
  'activation',
  'test',
  'factor-added',
  'factor-removed',
  'factor-reset',
  'factor-disabled',
  'recovery-code-used',
  'password-changed',
  'email-changed',
  'phone-changed',
  'wrong-factor-thrice',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/**
 * What a template may show. `time` is ISO 8601 and `seconds` a number: the renderer writes both out in the reader's
 * language, as it does with `method`. A fact that is left out is shown as "unknown".
 */
export const FACT_NAMES = [
  'issuer',
  'name',
  'time',
  'seconds',
  'browser',
  'ip',
  'method',
  'newAddress',
  'newPhone',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** One template in one language. Lines are paragraphs; `{fact}` stands for a fact. */
export interface TemplateText {
  subject: string;
  before: readonly string[];
  /** The label of the button, where the template has a link. The link stands between `before` and `after`. */
  button?: string;
  after: readonly string[];
  /** The form for a text message; a template without it can only be mailed. */
  sms?: string;
}

/** Everything in one language. */
export interface LanguageTexts {
  /** First line of a mail to somebody whose name is known. */
  greeting: string;
  /** In place of a fact that is not known. */
  unknown: string;
  methods: Record<Method, string>;
  templates: Record<TemplateName, TemplateText>;
}
