import { SetupService } from '../../administration/index.js';
import { isRefusal } from '../../shared/outcome.js';
import { type Command, requiredOption } from '../command.js';
import { withFeatures } from '../context.js';
import { orFail } from '../password.js';

export const factorResetCommand: Command = {
  words: ['factor', 'reset'],
  positionals: ['email'],
  summary: "Takes one person's second factors away.",
  help: [
    '  --reason <text>   why; it goes into the audit',
    '',
    'For whom no administrator can help. Be sure who asks. The factors, recovery codes, sessions and trusted browsers end,',
    'the person is told by mail, and the next sign-in enrolls anew where policy asks for it.',
  ],
  options: { reason: { type: 'string' } },
  async run(call) {
    const reason = requiredOption(call, 'reason');
    const [email = ''] = call.positionals;
    return withFeatures(async (get) => {
      const user = await get(SetupService).resetFactor(email, reason);
      if (isRefusal(user)) return orFail(user);
      await call.io.out(`Took the second factors of ${user.email} away.\n`);
      return true;
    });
  },
};
