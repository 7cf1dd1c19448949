import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { NoticesService, TwoFactorRemover } from '../../auth/index.js';
import { OrganizationEntity, OrganizationsService } from '../../organizations/index.js';
import type { Config } from '../../platform/config/index.js';
import { Clock, PasswordHasher, Random } from '../../platform/crypto/index.js';
import { isDuplicateKey, type Tx, UnitOfWork } from '../../platform/database/index.js';
import { RolesService, RolesStore } from '../../roles/index.js';
import { SettingsService } from '../../settings/index.js';
import { NO_ORIGIN } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import {
  checkEmail,
  checkPassword,
  newUser,
  normalizeEmail,
  normalizePassword,
  type UserEntity,
  UsersStore,
} from '../../users/index.js';

export const FIRST_ORGANIZATION = 'Countersign';
const FIRST_EMAIL = 'admin@countersign.local';
const GENERATED_BYTES = 18;
const FALLBACK_ADDRESS = 'countersign@localhost';

export interface NewAdministrator {
  email: string;
  password: string;
}

/** Undoes the transaction with a refusal in hand. */
class Undo extends Error {
  constructor(readonly refusal: Refusal) {
    super('The set-up was refused.');
  }
}

/** What the operator does at the server's own shell, and what a first start does by itself. */
@Injectable()
export class SetupService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly hasher: PasswordHasher,
    private readonly unitOfWork: UnitOfWork,
    private readonly organizations: OrganizationsService,
    private readonly settings: SettingsService,
    private readonly roles: RolesService,
    private readonly rolesStore: RolesStore,
    private readonly users: UsersStore,
    private readonly remover: TwoFactorRemover,
    private readonly notices: NoticesService,
    private readonly audit: AuditService,
  ) {}

  generatePassword(): string {
    return this.random.token(GENERATED_BYTES);
  }

  /**
   * The first organization and its administrator, where there is none yet; null where there is. Safe when two processes
   * start at once: the organization's name is unique, and the loser finds it made.
   * @throws Error for an ADMIN_EMAIL or ADMIN_PASSWORD that will not do
   */
  async ensureFirst(config: Config): Promise<{ email: string; password: string | null } | null> {
    if ((await this.unitOfWork.read((tx) => this.organizations.first(tx))) !== null) return null;
    const email = config.adminEmail ?? FIRST_EMAIL;
    const password = config.adminPassword ?? this.generatePassword();
    const made = await this.createOrganization(FIRST_ORGANIZATION, { email, password }, addressOf(config.mailFrom));
    if (isRefusal(made)) {
      if (made.code === 'NAME_TAKEN') return null;
      throw new Error(`ADMIN_EMAIL or ADMIN_PASSWORD will not do: ${made.message}`);
    }
    return { email: normalizeEmail(email), password: config.adminPassword === null ? password : null };
  }

  /** All of it in one transaction: an organization without an administrator would be locked from the start. */
  async createOrganization(
    name: string,
    admin: NewAdministrator,
    fromAddress: string,
  ): Promise<OrganizationEntity | Refusal> {
    const passwordHash = await this.checkedHash(admin, name);
    if (isRefusal(passwordHash)) return passwordHash;
    return this.orRefusal(async (tx) => {
      const organization = await this.organizations.create(tx, name);
      if (isRefusal(organization)) return organization;
      await this.settings.createDefaults(tx, organization.id, {
        issuer: name.replaceAll(':', ' ').slice(0, 64),
        fromAddress,
      });
      await this.roles.createBuiltIn(tx, organization.id);
      await this.audit.record(tx, { organizationId: organization.id, key: 'organization.created', facts: { name } });
      const made = await this.addAdministrator(tx, organization.id, admin.email, passwordHash);
      return isRefusal(made) ? made : organization;
    });
  }

  async createAdministrator(organizationName: string | null, admin: NewAdministrator): Promise<UserEntity | Refusal> {
    const passwordHash = await this.checkedHash(admin, organizationName ?? FIRST_ORGANIZATION);
    if (isRefusal(passwordHash)) return passwordHash;
    return this.orRefusal(async (tx) => {
      const organization =
        organizationName === null
          ? await this.organizations.first(tx)
          : await this.organizations.byName(tx, organizationName);
      if (organization === null) return refuse('INVALID_VALUE', { message: 'There is no such organization.' });
      return this.addAdministrator(tx, organization.id, admin.email, passwordHash);
    });
  }

  /** The "tech support" way in, for whom no other administrator can help. */
  async resetFactor(email: string, reason: string): Promise<UserEntity | Refusal> {
    const why = reason.trim();
    if (why === '' || why.length > 500) {
      return refuse('INVALID_VALUE', { message: 'Give a reason of at most 500 characters: it goes into the audit.' });
    }
    return this.orRefusal(async (tx) => {
      const user = await this.users.byEmail(tx, normalizeEmail(email));
      if (user === null) return refuse('INVALID_VALUE', { message: 'There is no user with this address.' });
      const removed = await this.remover.removeAll(tx, user);
      const { id, organizationId } = user;
      const settings = await this.settings.of(tx, organizationId);
      await this.audit.record(tx, {
        organizationId,
        key: 'factor.reset-by-operator',
        subject: { id, email: user.email },
        facts: { reason: why, methods: removed.map(({ method }) => method).join(' ') },
      });
      await this.notices.tell(tx, 'factor-reset', { user, settings, origin: NO_ORIGIN });
      return user;
    });
  }

  private async checkedHash({ email, password }: NewAdministrator, issuer: string): Promise<string | Refusal> {
    const address = checkEmail(email);
    if (isRefusal(address)) return address;
    const weakness = checkPassword(password, { hasSecondFactor: false, related: [address, issuer] });
    if (weakness !== null) return refuse('WEAK_PASSWORD', { message: weakness });
    return this.hasher.hash(normalizePassword(password));
  }

  private async addAdministrator(
    tx: Tx,
    organizationId: string,
    email: string,
    passwordHash: string,
  ): Promise<UserEntity | Refusal> {
    const now = this.clock.now();
    const user = newUser(
      {
        id: this.random.id(now),
        organizationId,
        email: normalizeEmail(email),
        displayName: 'Administrator',
        phone: null,
        kind: 'MEMBER',
        locale: 'en',
        passwordHash,
        useTwoFactor: false,
        canToggleTwoFactor: true,
      },
      now,
    );
    const refusal = await this.users.insert(tx, user);
    if (refusal !== null) return refusal;
    const { roles } = await this.rolesStore.catalogue(tx, organizationId);
    const role = roles.find(({ builtIn }) => builtIn === 'ADMINISTRATOR');
    if (role === undefined) throw new Error('An organization has no role Administrator.');
    await this.rolesStore.setRolesOf(tx, user, [role.id], now);
    const subject = { id: user.id, email: user.email };
    await this.audit.record(tx, { organizationId, key: 'administrator.created', subject });
    return user;
  }

  private async orRefusal<T>(work: (tx: Tx) => Promise<T | Refusal>): Promise<T | Refusal> {
    try {
      return await this.unitOfWork.run(async (tx) => {
        const outcome = await work(tx);
        if (isRefusal(outcome)) throw new Undo(outcome);
        return outcome;
      });
    } catch (error) {
      if (error instanceof Undo) return error.refusal;
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
  }
}

/** The address in `Name <address>`, or the whole. */
export function addressOf(mailFrom: string): string {
  const [, bracketed] = /<([^<>]+)>\s*$/.exec(mailFrom) ?? [];
  const address = (bracketed ?? mailFrom).trim();
  return address === '' ? FALLBACK_ADDRESS : address;
}
