import { Inject, Injectable } from '@nestjs/common';
import { permanent } from './delivery-error.js';
import type { MessageEntity } from './message.entity.js';
import { CHANNEL_SETTINGS, type ChannelSettings } from './ports.js';
import { SmsTransport } from './sms.transport.js';

@Injectable()
export class SmsChannel {
  constructor(
    @Inject(CHANNEL_SETTINGS) private readonly settings: ChannelSettings,
    private readonly transport: SmsTransport,
  ) {}

  /** @throws DeliveryError, or any error for what may pass */
  async send(message: MessageEntity, text: string): Promise<void> {
    const gateway = await this.settings.sms(message.organizationId);
    if (gateway === null) throw permanent('No gateway for texts is set.');
    await this.transport.send(gateway, message.destination, text);
  }
}
