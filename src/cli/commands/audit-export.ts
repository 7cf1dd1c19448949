import { AuditExporter, type AuditFormat, AuditSealer, AuditService } from '../../audit/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Call, type Command, textOption, UsageError } from '../command.js';
import { withFeatures } from '../context.js';
import { theOrganization } from '../organizations.js';

function formatOf(call: Call): AuditFormat {
  const format = textOption(call, 'format') ?? 'ndjson';
  if (format !== 'ndjson' && format !== 'csv') throw new UsageError('--format is ndjson or csv.');
  return format;
}

export const auditExportCommand: Command = {
  words: ['audit', 'export'],
  positionals: [],
  summary: 'Writes the audit, or its signed head, to standard output.',
  help: [
    '  --format ndjson|csv     ndjson where left out',
    '  --organization <name>   where there is more than one',
    '  --head                  writes, in place of the events, how far the audit reaches now, signed',
    '',
    'Keep the head where nobody who can write to this database can write: audit verify --head shows by it whether the',
    'audit was cut back or begun anew. That it was exported is in the audit.',
  ],
  options: { format: { type: 'string' }, organization: { type: 'string' }, head: { type: 'boolean' } },
  async run(call) {
    const format = formatOf(call);
    const head = call.options.head === true;
    return withFeatures(async (get) => {
      const { id: organizationId } = await theOrganization(get, textOption(call, 'organization'));
      await get(UnitOfWork).run((tx) =>
        get(AuditService).record(tx, {
          organizationId,
          key: 'audit.exported',
          facts: { format: head ? 'head' : format },
        }),
      );
      await get(AuditSealer).sealPending();
      const exporter = get(AuditExporter);
      if (head) await call.io.out(`${await exporter.signedHead(organizationId)}\n`);
      else for await (const line of exporter.lines(organizationId, format)) await call.io.out(line);
      return true;
    });
  },
};
