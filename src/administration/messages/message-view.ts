import type { MessageEntity } from '../../notification/index.js';
import { maskEmail, maskPhone } from '../../shared/mask.js';
import type { MessageType } from './message.types.js';

/** Whoever watches the outbox need not collect everyone's addresses. */
export function messageView(message: MessageEntity): MessageType {
  const { id, channel, template, destination, status, attempts, lastError, createdAt, sentAt } = message;
  const masked = channel === 'EMAIL' ? maskEmail(destination) : maskPhone(destination);
  return { id, channel, template, destination: masked, status, attempts, lastError, createdAt, sentAt };
}
