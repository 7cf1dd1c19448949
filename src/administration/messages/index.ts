import type { Provider } from '@nestjs/common';
import { MessageChanges } from './message-changes.service.js';
import { MessagesResolver } from './messages.resolver.js';

export const MESSAGES_ADMINISTRATION: Provider[] = [MessageChanges, MessagesResolver];
