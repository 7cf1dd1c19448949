import { AuditService } from '../../audit/index.js';
import { MessageEntity, MessagesService } from '../../notification/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Command, CommandFailure, textOption, UsageError } from '../command.js';
import { type Get, withFeatures } from '../context.js';
import { organizationsNamed } from '../organizations.js';

async function retryOne(get: Get, id: string): Promise<string> {
  return get(UnitOfWork).run(async (tx) => {
    const message = await tx.repository(MessageEntity).findOneBy({ id });
    if (message === null) throw new CommandFailure('There is no message of this id.');
    if (message.status !== 'FAILED') throw new CommandFailure(`This message has not failed: it is ${message.status}.`);
    const { organizationId, template } = message;
    const retried = await get(MessagesService).retry(tx, organizationId, id, get(Clock).now());
    if (retried?.status !== 'QUEUED') throw new CommandFailure('This message has expired.');
    await get(AuditService).record(tx, { organizationId, key: 'message.retried', facts: { message: id, template } });
    return 'The message is on its way again.\n';
  });
}

async function retryAll(get: Get): Promise<string> {
  const total = { queued: 0, expired: 0 };
  for (const { id: organizationId } of await organizationsNamed(get, null)) {
    await get(UnitOfWork).run(async (tx) => {
      const { queued, expired } = await get(MessagesService).retryAllFailed(tx, organizationId, get(Clock).now());
      total.queued += queued;
      total.expired += expired;
      if (queued + expired === 0) return;
      await get(AuditService).record(tx, { organizationId, key: 'message.retried', facts: { queued, expired } });
    });
  }
  return `${String(total.queued)} message(s) are on their way again, ${String(total.expired)} had expired.\n`;
}

export const messagesRetryCommand: Command = {
  words: ['messages', 'retry'],
  positionals: [],
  summary: 'Sends messages again that have failed.',
  help: [
    '  --id <id>        one of them',
    '  --all-failed     all of them, in all organizations',
    '',
    'A running worker takes them up within seconds. What has expired meanwhile is not sent.',
  ],
  options: { id: { type: 'string' }, 'all-failed': { type: 'boolean' } },
  async run(call) {
    const id = textOption(call, 'id');
    if ((id !== null) === (call.options['all-failed'] === true)) throw new UsageError('Give --id or --all-failed.');
    return withFeatures(async (get) => {
      await call.io.out(id === null ? await retryAll(get) : await retryOne(get, id));
      return true;
    });
  },
};
