export { DevMailboxModule } from './dev-mailbox.module.js';
export { gatewayProblem } from './gateway-guard.js';
export { MessageEntity, type MessagePriority } from './message.entity.js';
export { MessagesService } from './messages.service.js';
export { NotificationModule } from './notification.module.js';
export type { OutgoingMessage } from './notification.types.js';
export { NotificationWorkerModule, type NotificationWorkerOptions } from './notification-worker.module.js';
export { Outbox } from './outbox.js';
export {
  CHANNEL_SETTINGS,
  CODE_SOURCE,
  type ChannelSettings,
  type CodeSource,
  type MailSettings,
  type SmsGateway,
  type SmsParameter,
} from './ports.js';
export { FACT_NAMES, type FactName, TEMPLATE_NAMES, type TemplateName } from './template.types.js';
