import { Injectable, Module } from '@nestjs/common';
import type { ChannelSettings, CodeSource, MailSettings, SmsGateway } from '../../notification/index.js';
import { ChallengesService, OtpModule } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { gathered, UnitOfWork } from '../../platform/database/index.js';
import { type SettingsEntity, SettingsModule, SettingsService } from '../../settings/index.js';

/** What the worker asks for when it sends: the code of this moment. */
@Injectable()
export class ChallengeCodeSource implements CodeSource {
  constructor(
    private readonly clock: Clock,
    private readonly challenges: ChallengesService,
  ) {}

  async codeFor(challengeId: string, counter: number): Promise<string | null> {
    return this.challenges.codeFor(challengeId, counter, this.clock.now());
  }
}

/** And the channels as the organization has set them, with their secrets opened. */
@Injectable()
export class OrganizationChannelSettings implements ChannelSettings {
  /** One question for all messages of an organization that are in hand at the same moment. */
  private readonly of: (organizationId: string) => Promise<SettingsEntity>;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly settings: SettingsService,
  ) {
    this.of = gathered((ids) =>
      unitOfWork.read(async (tx) => {
        const known = new Map<string, SettingsEntity | Error>();
        for (const id of new Set(ids)) known.set(id, await settings.of(tx, id).catch(asError));
        return ids.map((id) => known.get(id) ?? new Error('Settings were not read.'));
      }),
    );
  }

  async mail(organizationId: string): Promise<MailSettings> {
    const settings = await this.of(organizationId);
    return {
      smtpUrl: this.settings.smtpUrl(settings),
      fromName: settings.emailFromName,
      fromAddress: settings.emailFromAddress,
    };
  }

  async sms(organizationId: string): Promise<SmsGateway | null> {
    const settings = await this.of(organizationId);
    if (settings.smsGatewayUrl === null) return null;
    return {
      gatewayUrl: settings.smsGatewayUrl,
      messageParameter: settings.smsMessageParameter,
      receiverParameter: settings.smsReceiverParameter,
      senderName: settings.smsSenderName,
      usePost: settings.smsUsePost,
      parameters: this.settings.openSmsParameters(settings),
      allowedPrefixes: settings.smsAllowedPrefixes,
    };
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const PROVIDERS = [ChallengeCodeSource, OrganizationChannelSettings];

/** Binds what notification needs to where it is known; both composition roots use it. */
@Module({ imports: [OtpModule, SettingsModule], providers: PROVIDERS, exports: PROVIDERS })
export class DeliveryModule {}
