import { SetupService } from '../../administration/index.js';
import { addressOf, FIRST_ORGANIZATION } from '../../administration/setup/setup.service.js';
import { OrganizationsService } from '../../organizations/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { isRefusal } from '../../shared/outcome.js';
import { type Command, requiredOption, textOption } from '../command.js';
import { withFeatures } from '../context.js';
import { theOrganization } from '../organizations.js';
import { orFail, PASSWORD_HELP, passwordFor } from '../password.js';

export const adminCreateCommand: Command = {
  words: ['admin', 'create'],
  positionals: [],
  summary: 'Creates an administrator.',
  help: [
    '  --email <address>       the login name',
    '  --organization <name>   where there is more than one',
    '  --generate              makes a password without asking for one',
    '',
    'Where there is no organization yet it is made as well, under the name given or as Countersign.',
    ...PASSWORD_HELP,
  ],
  options: { email: { type: 'string' }, organization: { type: 'string' }, generate: { type: 'boolean' } },
  async run(call) {
    const email = requiredOption(call, 'email');
    return withFeatures(async (get, config) => {
      const setup = get(SetupService);
      const named = textOption(call, 'organization');
      const isFirst = (await get(UnitOfWork).read((tx) => get(OrganizationsService).first(tx))) === null;
      const name = isFirst ? (named ?? FIRST_ORGANIZATION) : (await theOrganization(get, named)).name;
      const { password, isGenerated } = await passwordFor(call, () => setup.generatePassword());
      const administrator = { email, password };
      const made = isFirst
        ? await setup.createOrganization(name, administrator, addressOf(config.mailFrom))
        : await setup.createAdministrator(name, administrator);
      if (isRefusal(made)) return orFail(made);
      await call.io.out(`Created the administrator ${email} of ${name}.\n`);
      if (isGenerated) await call.io.out(`Password (shown this once): ${password}\n`);
      return true;
    });
  },
};
