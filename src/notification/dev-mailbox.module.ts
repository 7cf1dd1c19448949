import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../platform/config/index.js';
import { DevMailboxController } from './dev-mailbox.controller.js';
import { DevMailbox } from './dev-mailbox.js';

/** `/dev/mailbox`: there in embedded mode without SMTP, and an empty module otherwise. */
@Module({})
export class DevMailboxModule {
  static forRoot(config: Config): DynamicModule {
    const isShown = config.mode === 'embedded' && config.smtpUrl === null;
    return {
      module: DevMailboxModule,
      ...(isShown ? { controllers: [DevMailboxController], providers: [DevMailbox] } : {}),
    };
  }
}
