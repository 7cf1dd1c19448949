import { SetupService } from '../../administration/index.js';
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
    ...PASSWORD_HELP,
  ],
  options: { email: { type: 'string' }, organization: { type: 'string' }, generate: { type: 'boolean' } },
  async run(call) {
    const email = requiredOption(call, 'email');
    return withFeatures(async (get) => {
      const organization = await theOrganization(get, textOption(call, 'organization'));
      const setup = get(SetupService);
      const { password, isGenerated } = await passwordFor(call, () => setup.generatePassword());
      const made = await setup.createAdministrator(organization.name, { email, password });
      if (isRefusal(made)) return orFail(made);
      await call.io.out(`Created the administrator ${made.email} of ${organization.name}.\n`);
      if (isGenerated) await call.io.out(`Password (shown this once): ${password}\n`);
      return true;
    });
  },
};
