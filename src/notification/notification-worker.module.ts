import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DeliveryWorker } from './delivery-worker.js';
import { DeliveryRounds } from './delivery-rounds.js';
import { DeliveryStore } from './delivery.store.js';
import { DevMailbox } from './dev-mailbox.js';
import { Dispatcher } from './dispatcher.js';
import { MailChannel } from './mail-channel.js';
import { SmtpTransport } from './mail.transport.js';
import { Renderer } from './renderer.js';
import { SmsChannel } from './sms-channel.js';
import { SmsTransport } from './sms.transport.js';
import { Sweep, SWEEP_EVERY_MS } from './sweep.js';

export interface NotificationWorkerOptions {
  /** Modules whose providers the two below need. */
  imports: NonNullable<ModuleMetadata['imports']>;
  /** Provides CODE_SOURCE. */
  codeSource: Provider;
  /** Provides CHANNEL_SETTINGS. */
  channelSettings: Provider;
  /** Milliseconds between two rounds of the sweep; 1000 unless given. */
  sweepEveryMs?: number;
}

/** Sends what the outbox holds. In worker processes, and in the one process of embedded mode. */
@Module({})
export class NotificationWorkerModule {
  static forRoot({
    imports,
    codeSource,
    channelSettings,
    sweepEveryMs = 1_000,
  }: NotificationWorkerOptions): DynamicModule {
    return {
      module: NotificationWorkerModule,
      imports,
      providers: [
        codeSource,
        channelSettings,
        { provide: SWEEP_EVERY_MS, useValue: sweepEveryMs },
        DeliveryRounds,
        DeliveryStore,
        DeliveryWorker,
        DevMailbox,
        Dispatcher,
        MailChannel,
        Renderer,
        SmsChannel,
        SmsTransport,
        SmtpTransport,
        Sweep,
      ],
      exports: [Dispatcher, Sweep],
    };
  }
}
