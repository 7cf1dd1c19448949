import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { permanent } from './delivery-error.js';
import { isMailAddress } from './destination.js';
import { DevMailbox } from './dev-mailbox.js';
import { LANE_OF_PRIORITY } from './lane-of.js';
import type { MessageEntity } from './message.entity.js';
import { type OutgoingMail, SmtpTransport } from './mail.transport.js';
import { CHANNEL_SETTINGS, type ChannelSettings } from './ports.js';
import type { RenderedMail } from './renderer.js';
import { oneLine } from './sanitize.js';

/** Which way a mail goes: the organization's server, else the installation's, else the folder of embedded mode. */
@Injectable()
export class MailChannel {
  private readonly idHost: string;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CHANNEL_SETTINGS) private readonly settings: ChannelSettings,
    private readonly smtp: SmtpTransport,
    private readonly devMailbox: DevMailbox,
  ) {
    this.idHost = new URL(config.publicUrl).hostname.replace(/[^\w.-]/g, '');
  }

  /** @throws DeliveryError, or any error for what may pass */
  async send(message: MessageEntity, rendered: RenderedMail): Promise<void> {
    const { smtpUrl, fromName, fromAddress } = await this.settings.mail(message.organizationId);
    if (!isMailAddress(fromAddress)) throw permanent('The sender address of the settings is none.');
    if (!isMailAddress(message.destination)) throw permanent('The address of this message is none.');
    const mail: OutgoingMail = {
      ...rendered,
      from: { name: oneLine(fromName, 64), address: fromAddress },
      to: message.destination,
      // The same for every try of one message. A worker that dies between sending and noting it down leaves a message
      // that is sent twice; by this id mail programs and we can tell that it is one.
      messageId: `<${message.id}@${this.idHost}>`,
    };
    const url = smtpUrl ?? this.config.smtpUrl;
    if (url !== null) return this.smtp.send(url, LANE_OF_PRIORITY[message.priority], mail);
    if (this.config.mode !== 'embedded') throw permanent('No mail server is set.');
    await this.devMailbox.store(message.id, mail);
  }
}
