import { csvLine } from '../../audit/audit-csv.js';
import { AuditService } from '../../audit/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Catalogue, type Memberships, NO_MEMBERSHIPS, RolesStore } from '../../roles/index.js';
import { type UserEntity, UsersStore } from '../../users/index.js';
import { type Command, textOption } from '../command.js';
import { withFeatures } from '../context.js';
import { theOrganization } from '../organizations.js';
import { EXPORTED_COLUMNS, joinNames } from '../people/columns.js';

const BATCH = 500;

function lineOf(user: UserEntity, { roles, groups }: Memberships, catalogue: Catalogue): string {
  const named = (known: readonly { id: string; name: string }[], ids: readonly string[]): string =>
    joinNames(known.filter(({ id }) => ids.includes(id)).map(({ name }) => name));
  const cells = {
    email: user.email,
    displayName: user.displayName,
    phone: user.phone,
    kind: user.kind,
    locale: user.locale,
    active: String(user.active),
    emailConfirmed: String(user.emailConfirmedAt !== null),
    useTwoFactor: String(user.useTwoFactor),
    canToggleTwoFactor: String(user.canToggleTwoFactor),
    roles: named(
      catalogue.roles,
      roles.map(({ roleId }) => roleId),
    ),
    groups: named(
      catalogue.groups,
      groups.map(({ groupId }) => groupId),
    ),
  } satisfies Record<(typeof EXPORTED_COLUMNS)[number], string | null>;
  return csvLine(EXPORTED_COLUMNS.map((column) => cells[column]));
}

export const usersExportCommand: Command = {
  words: ['users', 'export'],
  positionals: [],
  summary: 'Writes the users to standard output as CSV.',
  help: [
    '  --organization <name>   where there is more than one',
    '',
    `Columns: ${EXPORTED_COLUMNS.join(',')}.`,
    'Neither hashes nor secrets are in it, and what a spreadsheet would run as a formula has an apostrophe before it.',
    'users import reads it. That it was exported is in the audit.',
  ],
  options: { organization: { type: 'string' } },
  async run(call) {
    return withFeatures(async (get) => {
      const { id: organizationId } = await theOrganization(get, textOption(call, 'organization'));
      const unitOfWork = get(UnitOfWork);
      const sight = { organizationId, visibility: 'ALL', userId: '', groupIds: [] } as const;
      await unitOfWork.run((tx) => get(AuditService).record(tx, { organizationId, key: 'users.exported' }));
      const catalogue = await unitOfWork.readAside((tx) => get(RolesStore).catalogue(tx, organizationId));
      await call.io.out(csvLine(EXPORTED_COLUMNS));
      let users: UserEntity[] = [];
      do {
        const after = users.at(-1)?.id ?? '';
        const page = await unitOfWork.readAside(async (tx) => {
          const rows = await get(UsersStore).batch(tx, sight, {}, after, BATCH);
          return {
            rows,
            memberships: await get(RolesStore).memberships(
              tx,
              rows.map(({ id }) => id),
            ),
          };
        });
        users = page.rows;
        const lines = users.map((user) => lineOf(user, page.memberships.get(user.id) ?? NO_MEMBERSHIPS, catalogue));
        if (lines.length > 0) await call.io.out(lines.join(''));
      } while (users.length === BATCH);
      return true;
    });
  },
};
