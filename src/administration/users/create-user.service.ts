import { Injectable } from '@nestjs/common';
import { decide, factsOf, FactsLoader, type PolicyGround } from '../../auth/index.js';
import { Clock, PasswordHasher, Random } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { type HeldRole, heldRoles, RolesStore } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import {
  checkPassword,
  type CreateUserInput,
  newUser,
  normalizePassword,
  type UserEntity,
  UsersStore,
} from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ActivationMails } from './activation-mails.js';
import { ChangeAudit } from './change-audit.js';
import { chosenGroups, chosenRoles, namesOf } from './choice.policy.js';
import { grantRefusal, newUserGroupsRefusal } from './grant.policy.js';
import { checkNewUser } from './user-fields.policy.js';

@Injectable()
export class CreateUserService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly hasher: PasswordHasher,
    private readonly change: AdminChange,
    private readonly facts: FactsLoader,
    private readonly users: UsersStore,
    private readonly roles: RolesStore,
    private readonly activation: ActivationMails,
    private readonly audit: ChangeAudit,
  ) {}

  async create(actor: Actor, input: CreateUserInput): Promise<UserEntity | Refusal> {
    const passwordHash = await this.hashed(input);
    return this.change.run(actor, 'createUser', (tx) => this.created(tx, actor, input, passwordHash));
  }

  /** Before the transaction, since it is slow. Null where none is given, or where it will be refused in any case. */
  private async hashed({ password, kind }: CreateUserInput): Promise<string | null> {
    if (typeof password !== 'string' || kind === 'SERVICE') return null;
    if (checkPassword(password, { hasSecondFactor: true, related: [] }) !== null) return null;
    return this.hasher.hash(normalizePassword(password));
  }

  private async created(
    tx: Tx,
    actor: Actor,
    input: CreateUserInput,
    passwordHash: string | null,
  ): Promise<UserEntity | Refusal> {
    const { organizationId } = actor;
    const fields = checkNewUser(input);
    if (isRefusal(fields)) return fields;
    const ground = await this.facts.freshGround(tx, organizationId);
    const { settings, catalogue } = ground;
    const roleIds = chosenRoles(catalogue, input.roleIds ?? []);
    const groupIds = chosenGroups(catalogue, input.groupIds ?? []);
    const now = this.clock.now();
    const held = heldRoles(catalogue, {
      roles: roleIds.map((roleId) => ({ roleId, since: now })),
      groups: groupIds.map((groupId) => ({ groupId, since: now })),
    });
    const user = newUser({ id: this.random.id(now), organizationId, ...fields, passwordHash }, now);
    const refusal =
      newUserGroupsRefusal(actor, groupIds) ??
      grantRefusal(actor, user.kind, held) ??
      this.passwordRefusal(user, input.password, ground, held) ??
      (await this.users.insert(tx, user));
    if (refusal !== null) return refusal;

    await this.roles.setRolesOf(tx, user, roleIds, now);
    await this.roles.setGroupsOf(tx, user, groupIds, now);
    await this.audit.record(tx, actor, 'user.created', user, {
      kind: user.kind,
      roles: namesOf(catalogue.roles, roleIds),
      groups: namesOf(catalogue.groups, groupIds),
      useTwoFactor: user.useTwoFactor,
      canToggle: user.canToggleTwoFactor,
    });
    if (passwordHash !== null) await this.audit.record(tx, actor, 'password.set', user);
    if (input.sendActivationEmail === true) {
      await this.activation.write(tx, [user], settings.issuer, 'NORMAL');
      await this.audit.record(tx, actor, 'user.activation-sent', user);
    }
    return user;
  }

  /** How long a password has to be depends on whether policy, as it stands, would ask this user for a second factor. */
  private passwordRefusal(
    user: UserEntity,
    password: string | null | undefined,
    { settings }: PolicyGround,
    held: HeldRole[],
  ): Refusal | null {
    if (typeof password !== 'string') return null;
    const facts = factsOf({ user, settings, held, factors: [], recoveryCodesLeft: 0 }, 'WEB');
    const sentence = checkPassword(password, {
      hasSecondFactor: decide(facts, this.clock.now()).required,
      related: [user.email, user.email.slice(0, user.email.lastIndexOf('@')), user.displayName, settings.issuer],
    });
    return sentence === null ? null : refuse('WEAK_PASSWORD', { message: sentence });
  }
}
