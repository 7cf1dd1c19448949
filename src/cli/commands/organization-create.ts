import { SetupService } from '../../administration/index.js';
import { addressOf } from '../../administration/setup/index.js';
import { isRefusal } from '../../shared/outcome.js';
import { type Command, requiredOption } from '../command.js';
import { withFeatures } from '../context.js';
import { orFail, PASSWORD_HELP, passwordFor } from '../password.js';

export const organizationCreateCommand: Command = {
  words: ['organization', 'create'],
  positionals: ['name'],
  summary: 'Creates an organization and its first administrator.',
  help: [
    '  --admin-email <address>   the login name of the administrator',
    '  --generate                makes a password without asking for one',
    '',
    ...PASSWORD_HELP,
  ],
  options: { 'admin-email': { type: 'string' }, generate: { type: 'boolean' } },
  async run(call) {
    const email = requiredOption(call, 'admin-email');
    const [name = ''] = call.positionals;
    return withFeatures(async (get, config) => {
      const setup = get(SetupService);
      const { password, isGenerated } = await passwordFor(call, () => setup.generatePassword());
      const made = await setup.createOrganization(name, { email, password }, addressOf(config.mailFrom));
      if (isRefusal(made)) return orFail(made);
      await call.io.out(`Created the organization ${made.name} with the administrator ${email}.\n`);
      if (isGenerated) await call.io.out(`Password (shown this once): ${password}\n`);
      return true;
    });
  },
};
