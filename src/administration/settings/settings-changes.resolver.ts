import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Acknowledgement, CurrentActor, type DoneType } from '../../platform/graphql/index.js';
import { SettingsInput, SettingsResult, type SettingsType } from '../../settings/index.js';
import { MayChange } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import type { Refusal } from '../../shared/outcome.js';
import { SettingsChanges } from './settings-changes.service.js';
import { TestMailService } from './test-mail.service.js';
import { TwoFactorSwitch } from './two-factor-switch.service.js';

@Resolver()
export class SettingsChangesResolver {
  constructor(
    private readonly twoFactor: TwoFactorSwitch,
    private readonly changes: SettingsChanges,
    private readonly testMail: TestMailService,
  ) {}

  @Mutation(() => SettingsResult, {
    description: 'Off to on also ticks the role All, unless forEveryone is false; saving other settings never does.',
  })
  @MayChange('SETTINGS_WRITE')
  enableTwoFactor(
    @CurrentActor() actor: Actor,
    @Args('forEveryone', { type: () => Boolean, nullable: true, defaultValue: true }) forEveryone: boolean | null,
  ): Promise<SettingsType | Refusal> {
    return this.twoFactor.enable(actor, forEveryone ?? true);
  }

  @Mutation(() => SettingsResult)
  @MayChange('SETTINGS_WRITE')
  disableTwoFactor(@CurrentActor() actor: Actor): Promise<SettingsType | Refusal> {
    return this.twoFactor.disable(actor);
  }

  @Mutation(() => SettingsResult)
  @MayChange('SETTINGS_WRITE')
  suspendTwoFactor(
    @CurrentActor() actor: Actor,
    @Args('until', { type: () => Date }) until: Date,
    @Args('reason', { type: () => String }) reason: string,
  ): Promise<SettingsType | Refusal> {
    return this.twoFactor.suspend(actor, until, reason);
  }

  @Mutation(() => SettingsResult)
  @MayChange('SETTINGS_WRITE')
  resumeTwoFactor(@CurrentActor() actor: Actor): Promise<SettingsType | Refusal> {
    return this.twoFactor.resume(actor);
  }

  @Mutation(() => SettingsResult)
  @MayChange('SETTINGS_WRITE')
  updateSettings(@CurrentActor() actor: Actor, @Args('input') input: SettingsInput): Promise<SettingsType | Refusal> {
    return this.changes.update(actor, input);
  }

  @Mutation(() => Acknowledgement)
  @MayChange('SETTINGS_WRITE')
  sendTestEmail(
    @CurrentActor() actor: Actor,
    @Args('to', { type: () => String }) to: string,
  ): Promise<DoneType | Refusal> {
    return this.testMail.send(actor, to);
  }
}
