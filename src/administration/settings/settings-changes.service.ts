import { Inject, Injectable } from '@nestjs/common';
import { gatewayProblem } from '../../notification/index.js';
import { type Config, CONFIG } from '../../platform/config/index.js';
import { Clock } from '../../platform/crypto/index.js';
import {
  SettingsEntity,
  type SettingsInput,
  SettingsService,
  type SettingsType,
  settingsView,
} from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import { AdminChange } from '../admin-change.js';
import { isChanged } from '../changed-facts.js';
import { ChangeAudit } from '../users/change-audit.js';
import { settingsFacts } from './settings-facts.js';

@Injectable()
export class SettingsChanges {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly settings: SettingsService,
    private readonly audit: ChangeAudit,
  ) {}

  async update(actor: Actor, input: SettingsInput): Promise<SettingsType | Refusal> {
    return this.change.run(actor, 'updateSettings', async (tx) => {
      const settings = await this.settings.of(tx, actor.organizationId);
      const before = Object.assign(new SettingsEntity(), settings);
      const refusal = this.settings.apply(settings, input) ?? this.gatewayRefusal(input);
      if (refusal !== null) return refusal;
      const facts = settingsFacts(before, settings);
      if (isChanged(facts)) {
        await this.settings.save(tx, settings);
        await this.audit.record(tx, actor, 'settings.updated', null, facts);
      }
      return settingsView(settings, this.clock.now());
    });
  }

  /** Looked at again at each send; here the administrator learns of it at once. */
  private gatewayRefusal({ sms }: SettingsInput): Refusal | null {
    if (!sms?.gatewayUrl) return null;
    const problem = gatewayProblem(sms.gatewayUrl, this.config.smsGatewayHosts);
    return problem === null ? null : refuse('INVALID_VALUE', { message: problem });
  }
}
