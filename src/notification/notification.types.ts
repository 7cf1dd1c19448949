import type { Locale, SendableMethod } from '../shared/codes.js';
import type { MessagePriority } from './message.entity.js';
import type { TemplateName } from './template.types.js';

/** A message to be written into the outbox. */
export interface OutgoingMessage {
  organizationId: string;
  /** Null where the message goes to nobody's account, as a test mail does. */
  userId: string | null;
  channel: SendableMethod;
  priority: MessagePriority;
  template: TemplateName;
  locale: Locale;
  /** An e-mail address, or a phone number in E.164 form. */
  destination: string;
  /** See FACT_NAMES. Nothing secret: the row keeps them in the clear. */
  facts: Record<string, string>;
  /** The secret half of a link. Sealed in the row, and wiped once the message has left or has expired. */
  linkToken?: string;
  /** Whose code to derive when the message is sent. */
  code?: { challengeId: string; counter: number };
  /** After this the message is worth nothing and becomes EXPIRED. */
  expiresAt?: Date;
}
