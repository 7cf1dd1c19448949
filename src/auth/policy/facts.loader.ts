import { Injectable } from '@nestjs/common';
import { type Tx } from '../../platform/database/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { type FactorEntity, FactorsStore, RecoveryCodesService } from '../../otp/index.js';
import { type Catalogue, type HeldRole, heldRoles, NO_MEMBERSHIPS, RolesStore } from '../../roles/index.js';
import { type SettingsEntity, SettingsService } from '../../settings/index.js';
import type { ApplicationKind } from '../../shared/codes.js';
import type { UserEntity } from '../../users/index.js';
import { factsOf } from './facts.policy.js';
import type { PolicyFacts } from './two-factor.policy.js';
import { type UserRows, UserRowsStore } from './user-rows.store.js';

/** What holds for a whole organization. */
export interface PolicyGround {
  settings: SettingsEntity;
  catalogue: Catalogue;
}

/** All that is known of one user when it is decided. */
export interface UserPolicy {
  user: UserEntity;
  held: HeldRole[];
  groupIds: readonly string[];
  factors: FactorEntity[];
  recoveryCodesLeft: number;
  facts: PolicyFacts;
}

/** A user, and what holds for the whole of the user's organization. */
export interface KnownUser {
  policy: UserPolicy;
  ground: PolicyGround;
}

/** Reads what `decide` needs, for one user or for a page of them, with a number of queries that does not grow. */
@Injectable()
export class FactsLoader {
  private readonly grounds = new Map<string, { version: number; ground: PolicyGround }>();

  constructor(
    private readonly organizations: OrganizationsService,
    private readonly settings: SettingsService,
    private readonly roles: RolesStore,
    private readonly factors: FactorsStore,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly userRows: UserRowsStore,
  ) {}

  /**
   * Settings, roles and groups, kept as long as the organization's version stands still; every change moves it.
   * Inside a transaction that makes such a change, use `freshGround`: what is not committed must not be kept.
   */
  async ground(tx: Tx, organizationId: string, known?: number): Promise<PolicyGround> {
    const version = known ?? (await this.organizations.version(tx, organizationId));
    const kept = this.grounds.get(organizationId);
    if (kept?.version === version) return kept.ground;
    const ground = await this.freshGround(tx, organizationId);
    this.grounds.set(organizationId, { version, ground });
    return ground;
  }

  async freshGround(tx: Tx, organizationId: string): Promise<PolicyGround> {
    const settings = await this.settings.of(tx, organizationId);
    return { settings, catalogue: await this.roles.catalogue(tx, organizationId) };
  }

  /** Null where there is no such user. */
  async byId(tx: Tx, userId: string, application: ApplicationKind = 'WEB'): Promise<KnownUser | null> {
    const rows = await this.userRows.byId(tx, userId);
    return rows === null ? null : this.ofRows(tx, rows, application);
  }

  /** Of a row that the caller has in hand, and may have changed: it means the change. */
  async forUser(
    tx: Tx,
    user: UserEntity,
    application: ApplicationKind = 'WEB',
    ground?: PolicyGround,
  ): Promise<UserPolicy> {
    const rows = await this.userRows.byId(tx, user.id);
    if (rows === null) throw new Error('A user is gone.');
    const stands = ground ?? (await this.ground(tx, user.organizationId, rows.version));
    return policyOf({ ...rows, user }, application, stands);
  }

  /** As `byId`, of rows that this very transaction has read. */
  async ofRows(tx: Tx, rows: UserRows, application: ApplicationKind): Promise<KnownUser> {
    const ground = await this.ground(tx, rows.user.organizationId, rows.version);
    return { policy: policyOf(rows, application, ground), ground };
  }

  /** @param users all of one organization, the one that `ground` is of */
  async forUsers(
    tx: Tx,
    users: readonly UserEntity[],
    application: ApplicationKind,
    ground: PolicyGround,
  ): Promise<Map<string, UserPolicy>> {
    const ids = users.map(({ id }) => id);
    const memberships = await this.roles.memberships(tx, ids);
    const factors = await this.factors.ofUsers(tx, ids);
    const codesLeft = await this.recoveryCodes.leftOf(tx, ids);
    return new Map(
      users.map((user) => {
        const rows = {
          user,
          memberships: memberships.get(user.id) ?? NO_MEMBERSHIPS,
          factors: factors.get(user.id) ?? [],
          recoveryCodesLeft: codesLeft.get(user.id) ?? 0,
        };
        return [user.id, policyOf(rows, application, ground)];
      }),
    );
  }
}

function policyOf(
  rows: Omit<UserRows, 'version'>,
  application: ApplicationKind,
  { catalogue, settings }: PolicyGround,
): UserPolicy {
  const { user, memberships, factors, recoveryCodesLeft } = rows;
  const held = heldRoles(catalogue, memberships);
  const groupIds = memberships.groups.map(({ groupId }) => groupId);
  const facts = factsOf({ user, settings, held, factors, recoveryCodesLeft }, application);
  return { user, held, groupIds, factors, recoveryCodesLeft, facts };
}
