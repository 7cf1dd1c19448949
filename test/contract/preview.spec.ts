import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, In } from 'typeorm';
import { AdminChange } from '../../src/administration/admin-change.js';
import type { LockoutGuard } from '../../src/administration/lockout.guard.js';
import { ChangedGrounds } from '../../src/administration/policy/changed-ground.service.js';
import { Judge } from '../../src/administration/policy/judge.service.js';
import { PreviewService } from '../../src/administration/policy/preview.service.js';
import type { TwoFactorChangeInput } from '../../src/administration/policy/preview.types.js';
import { UserSignsStore } from '../../src/administration/policy/user-signs.store.js';
import { GroupChanges } from '../../src/administration/roles/group-changes.service.js';
import { RoleChanges } from '../../src/administration/roles/role-changes.service.js';
import { RoleHoldersStore } from '../../src/administration/roles/role-holders.store.js';
import { SettingsChanges } from '../../src/administration/settings/settings-changes.service.js';
import { TwoFactorSwitch } from '../../src/administration/settings/two-factor-switch.service.js';
import { ChangeAudit } from '../../src/administration/users/change-audit.js';
import type { AuditService } from '../../src/audit/index.js';
import { decide, enrollableMethods, factsOf, FactsLoader } from '../../src/auth/index.js';
import { UserRowsStore } from '../../src/auth/policy/user-rows.store.js';
import { ENTITIES } from '../../src/entities.js';
import { OrganizationsService } from '../../src/organizations/index.js';
import { FactorEntity, FactorsStore, RecoveryCodesService } from '../../src/otp/index.js';
import type { Config } from '../../src/platform/config/index.js';
import { Clock, KeyRing, type PasswordHasher, Random, Sealer } from '../../src/platform/crypto/index.js';
import { dataSourceOptions, type Tx, UnitOfWork } from '../../src/platform/database/index.js';
import {
  GroupMemberEntity,
  GroupRoleEntity,
  heldRoles,
  isAdministrator,
  RoleEntity,
  RoleMemberEntity,
  RolesService,
  RolesStore,
} from '../../src/roles/index.js';
import { SettingsService } from '../../src/settings/index.js';
import type { Actor } from '../../src/shared/actor.js';
import { ALL_PERMISSIONS, FACTOR_METHODS, type FactorMethod, type UserKind } from '../../src/shared/codes.js';
import { isRefusal } from '../../src/shared/outcome.js';
import { newUser, UserEntity, UsersStore } from '../../src/users/index.js';
import { freshDatabase } from '../support/servers.js';

const DAY = 86_400_000;
const GRACES = [0, 7, 30];

class TestClock extends Clock {
  at = new Date('2031-05-06T07:08:09.123Z').getTime();
  override now(): Date {
    return new Date(this.at);
  }
}

/** A small generator with a seed (mulberry32): a failure can be played again. */
function chance(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    yes: (share: number): boolean => next() < share,
    one: <T>(items: readonly T[]): T => items[below(items.length)]!,
    some: <T>(items: readonly T[], share: number): T[] => items.filter(() => next() < share),
  };
}
type Chance = ReturnType<typeof chance>;

interface World {
  clock: TestClock;
  unitOfWork: UnitOfWork;
  roles: RolesService;
  rolesStore: RolesStore;
  settings: SettingsService;
  organizations: OrganizationsService;
  random: Random;
  signs: UserSignsStore;
  preview: PreviewService;
  make: (actor: Actor, change: TwoFactorChangeInput) => Promise<void>;
}

function worldOn(dataSource: DataSource): World {
  const clock = new TestClock();
  const random = new Random();
  const unitOfWork = new UnitOfWork(dataSource);
  const sealer = new Sealer(KeyRing.parse(KeyRing.generate()), random);
  const organizations = new OrganizationsService(clock, random);
  const settings = new SettingsService(clock, sealer);
  const rolesStore = new RolesStore();
  const roles = new RolesService(clock, random, rolesStore);
  const users = new UsersStore();
  const codes = new RecoveryCodesService(clock, random, null as unknown as PasswordHasher);
  const facts = new FactsLoader(organizations, settings, rolesStore, new FactorsStore(), codes, new UserRowsStore());
  const signs = new UserSignsStore(unitOfWork);
  const judge = new Judge(unitOfWork, users, rolesStore, facts);
  const changed = new ChangedGrounds(clock, settings, roles);
  const preview = new PreviewService(clock, unitOfWork, facts, changed, signs, judge, users);

  // The changes themselves: everything but who may make them and what is written about them.
  const silent = { record: () => Promise.resolve() } as unknown as AuditService;
  const open = { refusal: () => Promise.resolve(null) } as unknown as LockoutGuard;
  const adminChange = new AdminChange(unitOfWork, organizations, open, silent);
  const audit = new ChangeAudit(silent);
  const holders = new RoleHoldersStore(rolesStore);
  const twoFactor = new TwoFactorSwitch(clock, adminChange, settings, roles, rolesStore, audit);
  const config = { smsGatewayHosts: [] as string[] } as Config;
  const settingsChanges = new SettingsChanges(config, clock, adminChange, settings, audit);
  const roleChanges = new RoleChanges(adminChange, roles, rolesStore, holders, users, audit);
  const groupChanges = new GroupChanges(clock, adminChange, roles, rolesStore, holders, settings, users, audit);
  const make = async (actor: Actor, change: TwoFactorChangeInput): Promise<void> => {
    const { enabled, methods, coverMobileApps, roleId, roleRequiresTwoFactor, groupId, groupRoleIds } = change;
    const outcomes: unknown[] = [];
    if (enabled === true) outcomes.push(await twoFactor.enable(actor, false));
    if (enabled === false) outcomes.push(await twoFactor.disable(actor));
    if (methods) outcomes.push(await settingsChanges.update(actor, { twoFactor: { methods, coverMobileApps } }));
    // The group before the role: a requirement that goes with this change had not reached anyone by it.
    if (groupId) outcomes.push(await groupChanges.update(actor, groupId, { roleIds: groupRoleIds }));
    if (roleId) outcomes.push(await roleChanges.update(actor, roleId, { requireTwoFactor: roleRequiresTwoFactor }));
    expect(outcomes.filter(isRefusal)).toEqual([]);
  };
  return { clock, unitOfWork, roles, rolesStore, settings, organizations, random, signs, preview, make };
}

/** A date near one at which a grace ends, or right at it. */
const someDate = (dice: Chance, now: number): Date =>
  new Date(now - dice.one(GRACES) * DAY + dice.one([0, 0, -1, 1, -DAY, DAY, -40 * DAY]) - dice.one([0, 0, 50 * DAY]));

const someRoles = (dice: Chance, ids: readonly string[]): string[] =>
  dice.one([[], ids.slice(0, 1), ids.slice(0, 1), ids.slice(1, 3), ids.slice(3, 4), dice.some(ids, 0.4)]);

interface Populated {
  organizationId: string;
  roleIds: string[];
  groupIds: string[];
}

async function populate(world: World, dice: Chance, name: string, count: number): Promise<Populated> {
  const { unitOfWork, random, rolesStore } = world;
  const now = world.clock.at;
  return unitOfWork.run(async (tx) => {
    const organization = await world.organizations.create(tx, name);
    if (isRefusal(organization)) throw new Error(organization.message);
    const organizationId = organization.id;
    await world.settings.createDefaults(tx, organizationId, { issuer: name, fromAddress: 'a@example.org' });
    const settings = await world.settings.of(tx, organizationId);
    Object.assign(settings, {
      enabled: dice.yes(0.7),
      firstEnabledAt: someDate(dice, now),
      smsGatewayUrl: 'https://sms.example/',
      smsAllowedPrefixes: ['+31', '+4', '+352'],
      methods: ['SMS'],
    });
    await world.settings.save(tx, settings);
    await world.roles.createBuiltIn(tx, organizationId);
    for (let i = 0; i < 6; i += 1) {
      const role = await world.roles.createRole(tx, organizationId, { name: `Role ${i}`, graceDays: dice.one(GRACES) });
      if (isRefusal(role)) throw new Error(role.message);
      role.requireTwoFactor = dice.yes(0.6);
      role.firstRequiredAt = role.requireTwoFactor || dice.yes(0.5) ? someDate(dice, now) : null;
      await world.roles.saveRole(tx, role);
    }
    const { roles } = await rolesStore.catalogue(tx, organizationId);
    const roleIds = roles.filter(({ builtIn }) => builtIn !== 'ALL').map(({ id }) => id);
    const harmless = roles.filter(({ builtIn }) => builtIn === null).map(({ id }) => id);
    const groupIds: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      // Few different ones, so that some groups do the same: who is in two of them has two dates.
      const group = await world.roles.createGroup(tx, organizationId, `Group ${i}`, someRoles(dice, harmless));
      if (isRefusal(group)) throw new Error(group.message);
      groupIds.push(group.id);
      const since = dice.yes(0.6) ? new Date(now - 99 * DAY) : someDate(dice, now);
      await tx.manager.update(GroupRoleEntity, { groupId: group.id }, { since });
    }
    const made: Populated = { organizationId, roleIds, groupIds };
    const people = Array.from({ length: count }, () => person(world, dice, made));
    await insertAll(tx, people, random);
    return made;
  });
}

interface Person {
  user: UserEntity;
  methods: FactorMethod[];
  disabled: FactorMethod[];
  roles: { roleId: string; since: Date }[];
  groups: { groupId: string; since: Date }[];
}

/**
 * Most people differ from each other in one or two things only: of two who were wrongly taken for alike, one would be
 * counted wrongly.
 */
function person(world: World, dice: Chance, { organizationId, roleIds, groupIds }: Populated): Person {
  const now = world.clock.at;
  const plain = dice.yes(0.75);
  const odd = (share: number): boolean => dice.yes(plain ? share / 8 : share);
  const kind: UserKind = odd(0.5) ? dice.one(['PORTAL', 'SERVICE'] as const) : 'MEMBER';
  const id = world.random.id(new Date(now));
  const phone = odd(0.7) ? dice.one(['+31612345678', '+491511234567', '+352621123456', '+12025550123']) : null;
  const values = {
    id,
    organizationId,
    email: `${dice.below(1e9).toString(36)}.${id.slice(-12)}@example.org`,
    displayName: 'Somebody',
    phone,
    kind,
    locale: 'en' as const,
    passwordHash: null,
    useTwoFactor: odd(0.3),
    canToggleTwoFactor: true,
  };
  const user = Object.assign(newUser(values, plain && dice.yes(0.7) ? new Date(now - 99 * DAY) : someDate(dice, now)), {
    emailConfirmedAt: odd(0.4) ? new Date(now) : null,
    phoneConfirmedAt: phone !== null && dice.yes(0.4) ? new Date(now) : null,
    requirementReachedAt: odd(0.4) ? someDate(dice, now) : null,
    preferredMethod: dice.one([null, 'SMS', 'TOTP'] as const),
    active: dice.yes(0.9),
  });
  const methods = odd(0.6) ? dice.some(FACTOR_METHODS, 0.4) : [];
  // The first of them is the administrator's: no portal user may hold it.
  const roles = dice.some(kind === 'PORTAL' ? roleIds.slice(1) : roleIds, plain ? 0.06 : 0.15);
  return {
    user,
    methods,
    disabled: dice.some(methods, 0.5),
    roles: roles.map((roleId) => ({ roleId, since: someDate(dice, now) })),
    groups: dice.some(groupIds, plain ? 0.12 : 0.25).map((groupId) => ({ groupId, since: someDate(dice, now) })),
  };
}

async function insertAll(tx: Tx, people: readonly Person[], random: Random): Promise<void> {
  const insert = async (entity: new () => object, rows: object[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += 200) await tx.manager.insert(entity, rows.slice(from, from + 200));
  };
  await insert(
    UserEntity,
    people.map(({ user }) => user),
  );
  const owned = people.map((each) => ({
    ...each,
    own: { userId: each.user.id, organizationId: each.user.organizationId },
  }));
  await insert(
    RoleMemberEntity,
    owned.flatMap(({ roles, own }) => roles.map((role) => ({ ...role, ...own }))),
  );
  await insert(
    GroupMemberEntity,
    owned.flatMap(({ groups, own }) => groups.map((group) => ({ ...group, ...own }))),
  );
  await insert(
    FactorEntity,
    owned.flatMap(({ methods, disabled, own, user }) =>
      methods.map((method) => ({
        id: random.id(user.createdAt),
        ...own,
        method,
        secretSealed: null,
        hardwareTokenId: null,
        algorithm: 'SHA1' as const,
        digits: 6 as const,
        period: 30,
        lastStep: -1,
        destination: null,
        confirmedAt: user.createdAt,
        lastUsedAt: null,
        disabledAt: disabled.includes(method) ? user.createdAt : null,
      })),
    ),
  );
}

interface Judged {
  user: UserEntity;
  required: boolean;
  mustEnroll: boolean;
  left: boolean;
  administrator: boolean;
}

/** Person by person, from the entities. */
async function walk(world: World, organizationId: string): Promise<Map<string, Judged>> {
  const { unitOfWork, rolesStore } = world;
  return unitOfWork.read(async (tx) => {
    const users = await tx
      .repository(UserEntity)
      .findBy({ organizationId, active: true, kind: In(['MEMBER', 'PORTAL']) });
    const settings = await world.settings.of(tx, organizationId);
    const catalogue = await rolesStore.catalogue(tx, organizationId);
    const memberships = await rolesStore.memberships(
      tx,
      users.map(({ id }) => id),
    );
    const factors = await new FactorsStore().ofUsers(
      tx,
      users.map(({ id }) => id),
    );
    return new Map(
      users.map((user): [string, Judged] => {
        const held = heldRoles(catalogue, memberships.get(user.id)!);
        const own = factors.get(user.id)!;
        const facts = factsOf({ user, settings, held, factors: own, recoveryCodesLeft: 0 }, 'WEB');
        const { required, outcome } = decide(facts, world.clock.now());
        const stuck = enrollableMethods(facts.user, facts.organization).length === 0;
        const left = required && outcome !== 'CHALLENGE' && stuck;
        return [
          user.id,
          { user, required, mustEnroll: outcome === 'ENROLL', left, administrator: isAdministrator(held) },
        ];
      }),
    );
  });
}

function expected(before: Map<string, Judged>, after: Map<string, Judged>, sees: (user: UserEntity) => boolean) {
  const all = [...after.values()];
  const was = (judged: Judged): boolean => before.get(judged.user.id)!.required;
  const count = (holds: (judged: Judged) => boolean): number => all.filter(holds).length;
  const left = all.filter(({ left: isLeft, user }) => isLeft && sees(user)).map(({ user }) => user.email);
  return {
    usersLookedAt: all.length,
    newlyRequired: count((each) => each.required && !was(each)),
    noLongerRequired: count((each) => !each.required && was(each)),
    mustEnrollAtNextSignIn: count(({ mustEnroll }) => mustEnroll),
    leftWithoutMethod: count(({ left: isLeft }) => isLeft),
    administratorsLeftWithoutMethod: count(({ left: isLeft, administrator }) => isLeft && administrator),
    sample: left.sort().slice(0, 10),
  };
}

function someChange(dice: Chance, allId: string, { roleIds, groupIds }: Populated): TwoFactorChangeInput {
  const change: TwoFactorChangeInput = {};
  if (dice.yes(0.3)) change.enabled = dice.yes(0.85);
  if (dice.yes(0.4)) change.methods = dice.one([['SMS'], ['SMS'], ['TOTP', 'EMAIL'], ['EMAIL', 'SMS'], ['TOTP']]);
  if (change.methods && dice.yes(0.2)) change.coverMobileApps = dice.yes(0.5);
  const roleId = dice.one([allId, ...roleIds, ...roleIds.slice(1, 3)]);
  if (dice.yes(0.6)) Object.assign(change, { roleId, roleRequiresTwoFactor: roleId !== allId && dice.yes(0.5) });
  // Not the administrator's role: portal users are in these groups.
  if (dice.yes(0.5))
    Object.assign(change, { groupId: dice.one(groupIds), groupRoleIds: someRoles(dice, roleIds.slice(1)) });
  return change;
}

describe.each(['SQLite', 'MariaDB'] as const)('a preview on %s', (engine) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let dataSource: DataSource | null = null;

  beforeAll(async () => {
    let databaseUrl: string;
    if (engine === 'SQLite') {
      const directory = await mkdtemp(join(tmpdir(), 'countersign-preview-'));
      cleanups.push(() => rm(directory, { recursive: true }));
      databaseUrl = `sqlite:${join(directory, 'preview.sqlite')}`;
    } else {
      const database = await freshDatabase();
      if (database === null) return;
      cleanups.push(() => database.drop());
      databaseUrl = database.url;
    }
    const opened = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
    cleanups.unshift(() => opened.destroy());
    await opened.runMigrations();
    dataSource = opened;
  });
  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  it('says of random people and changes what making the change then does', async () => {
    if (dataSource === null) return;
    const world = worldOn(dataSource);
    const dice = chance(20_310_506);
    // Two full batches, read by range, and one with few people, read by name; and another organization between them.
    world.signs.batchSize = 520;
    const large = await populate(world, dice, 'Large', 1_100);
    const small = await populate(world, dice, 'Small', 90);
    const seen = { newly: 0, no: 0, enroll: 0, left: 0, administrators: 0 };
    for (let round = 0; round < 30; round += 1) {
      const people = dice.yes(0.7) ? large : small;
      const { organizationId } = people;
      world.clock.at += dice.one([0, 1, DAY / 2]);
      const all = await dataSource.getRepository(RoleEntity).findOneByOrFail({ organizationId, builtIn: 'ALL' });
      const change = someChange(dice, all.id, people);
      const narrow = dice.yes(0.4);
      const actor = {
        organizationId,
        userId: 'somebody',
        permissions: new Set(ALL_PERMISSIONS),
        visibility: narrow ? 'OWN_GROUPS' : 'ALL',
        groupIds: narrow ? [...new Set([change.groupId ?? people.groupIds[0]!, people.groupIds[1]!])] : [],
      } as unknown as Actor;
      const mates = await dataSource.getRepository(GroupMemberEntity).findBy({ groupId: In([...actor.groupIds]) });
      const sees = (user: UserEntity): boolean => !narrow || mates.some(({ userId }) => userId === user.id);

      const before = await walk(world, organizationId);
      const { leftWithoutMethodSample, ...counts } = await world.preview.preview(actor, change);
      await world.make({ ...actor, visibility: 'ALL' }, change);
      const after = await walk(world, organizationId);
      const told = { ...counts, sample: leftWithoutMethodSample.map(({ email }) => email) };
      expect({ round, change, ...told }).toEqual({ round, change, ...expected(before, after, sees) });

      seen.newly += counts.newlyRequired;
      seen.no += counts.noLongerRequired;
      seen.enroll += counts.mustEnrollAtNextSignIn;
      seen.left += counts.leftWithoutMethod;
      seen.administrators += counts.administratorsLeftWithoutMethod;
    }
    // None of the numbers was merely zero all the way.
    expect(Object.values(seen).filter((number) => number === 0)).toEqual([]);
  }, 120_000);

  it('counts the older of two memberships that do the same', async () => {
    if (dataSource === null) return;
    const world = worldOn(dataSource);
    const dice = chance(11);
    const made = await populate(world, dice, 'Twice', 0);
    const { organizationId } = made;
    const now = world.clock.at;
    const [roleId = '', groupA = '', groupB = ''] = [made.roleIds[1], ...made.groupIds];
    await world.unitOfWork.run(async (tx) => {
      const old = new Date(now - 99 * DAY);
      const settings = await world.settings.of(tx, organizationId);
      await world.settings.save(tx, Object.assign(settings, { enabled: true, firstEnabledAt: old, methods: ['TOTP'] }));
      await tx.manager.update(RoleEntity, { organizationId }, { requireTwoFactor: false });
      await tx.manager.update(
        RoleEntity,
        { id: roleId },
        { requireTwoFactor: true, firstRequiredAt: old, graceDays: 7 },
      );
      await tx.manager.delete(GroupRoleEntity, { organizationId });
      const handOn = { organizationId, roleId, since: old };
      await tx.manager.insert(
        GroupRoleEntity,
        [groupA, groupB].map((groupId) => ({ ...handOn, groupId })),
      );
      const joined = (...days: number[]): Person => ({
        ...person(world, dice, { ...made, roleIds: [], groupIds: [] }),
        methods: [],
        groups: days.map((day, index) => ({ groupId: [groupA, groupB][index]!, since: new Date(now - day * DAY) })),
      });
      const people = [joined(3, 2), joined(9, 2), joined(2, 9), joined(8, 9), joined(1)];
      const plain = {
        kind: 'MEMBER' as const,
        active: true,
        useTwoFactor: false,
        requirementReachedAt: null,
        createdAt: old,
      };
      for (const { user } of people) Object.assign(user, plain);
      await insertAll(tx, people, world.random);
    });
    const actor = { organizationId, userId: 'x', visibility: 'ALL', groupIds: [] } as unknown as Actor;
    const counts = await world.preview.preview(actor, { coverMobileApps: true });
    expect(counts).toMatchObject({ usersLookedAt: 5, mustEnrollAtNextSignIn: 3, newlyRequired: 0 });
  });

  it('refuses what is no change', async () => {
    if (dataSource === null) return;
    const world = worldOn(dataSource);
    const { organizationId, groupIds } = await populate(world, chance(7), 'Refused', 3);
    const actor = { organizationId, userId: 'x', visibility: 'ALL', groupIds: [] } as unknown as Actor;
    const preview = (change: TwoFactorChangeInput) => world.preview.preview(actor, change);
    await expect(preview({ roleId: 'elsewhere', roleRequiresTwoFactor: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(preview({ groupId: 'elsewhere', groupRoleIds: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(preview({ groupId: groupIds[0], groupRoleIds: ['elsewhere'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(preview({ methods: ['RECOVERY_CODE'] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(preview({ methods: [] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(preview({ roleRequiresTwoFactor: true })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(preview({ groupId: groupIds[0] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
