import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { RolesService, RolesStore } from '../../roles/index.js';
import { type SettingsEntity, SettingsService, type SettingsType, settingsView } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';
import { checkSuspension } from './suspension.policy.js';

type Switch = (tx: Tx, settings: SettingsEntity, now: Date) => Promise<Refusal | null>;

/** On, off, suspended and resumed. What asks for no other state changes nothing and is not told. */
@Injectable()
export class TwoFactorSwitch {
  constructor(
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly settings: SettingsService,
    private readonly roles: RolesService,
    private readonly rolesStore: RolesStore,
    private readonly audit: ChangeAudit,
  ) {}

  /** The one place that ticks the role `All`, and only on the way from off to on. */
  async enable(actor: Actor, forEveryone: boolean): Promise<SettingsType | Refusal> {
    return this.run(actor, 'enableTwoFactor', async (tx, settings, now) => {
      if (settings.enabled) return null;
      settings.enabled = true;
      settings.firstEnabledAt ??= now;
      if (forEveryone) {
        const refusal = await this.requireOfAll(tx, actor);
        if (refusal !== null) return refusal;
      }
      await this.audit.record(tx, actor, 'settings.two-factor-enabled', null, { forEveryone });
      return null;
    });
  }

  async disable(actor: Actor): Promise<SettingsType | Refusal> {
    return this.run(actor, 'disableTwoFactor', async (tx, settings) => {
      if (!settings.enabled) return null;
      Object.assign(settings, { enabled: false, suspendedUntil: null, suspendReason: null });
      await this.audit.record(tx, actor, 'settings.two-factor-disabled', null);
      return null;
    });
  }

  async suspend(actor: Actor, until: Date, reason: string): Promise<SettingsType | Refusal> {
    return this.run(actor, 'suspendTwoFactor', async (tx, settings, now) => {
      const told = checkSuspension({ enabled: settings.enabled, until, reason }, now);
      if (isRefusal(told)) return told;
      Object.assign(settings, { suspendedUntil: until, suspendReason: told });
      const facts = { until: until.toISOString(), reason: told };
      await this.audit.record(tx, actor, 'settings.two-factor-suspended', null, facts);
      return null;
    });
  }

  async resume(actor: Actor): Promise<SettingsType | Refusal> {
    return this.run(actor, 'resumeTwoFactor', async (tx, settings, now) => {
      if (settings.suspendedUntil === null || settings.suspendedUntil <= now) return null;
      Object.assign(settings, { suspendedUntil: null, suspendReason: null });
      await this.audit.record(tx, actor, 'settings.two-factor-resumed', null);
      return null;
    });
  }

  private async run(actor: Actor, operation: string, work: Switch): Promise<SettingsType | Refusal> {
    return this.change.run(actor, operation, async (tx) => {
      const now = this.clock.now();
      const settings = await this.settings.of(tx, actor.organizationId);
      const refusal = await work(tx, settings, now);
      if (refusal !== null) return refusal;
      await this.settings.save(tx, settings);
      return settingsView(settings, now);
    });
  }

  private async requireOfAll(tx: Tx, actor: Actor): Promise<Refusal | null> {
    const { roles } = await this.rolesStore.catalogue(tx, actor.organizationId);
    const all = roles.find(({ builtIn }) => builtIn === 'ALL');
    if (all === undefined) throw new Error('An organization has no role All.');
    const refusal = this.roles.applyChange(all, { requireTwoFactor: true });
    if (refusal !== null) return refusal;
    const saved = await this.roles.saveRole(tx, all);
    return isRefusal(saved) ? saved : null;
  }
}
