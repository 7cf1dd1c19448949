import { readFile } from 'node:fs/promises';
import { AuditExporter, AuditVerifier } from '../../audit/index.js';
import { type Call, type Command, textOption } from '../command.js';
import { type Get, withFeatures } from '../context.js';
import { organizationsNamed } from '../organizations.js';

async function verifyHead(get: Get, file: string, { io }: Call): Promise<boolean> {
  const { ok, problem } = await get(AuditExporter).checkSignedHead(await readFile(file, 'utf8'));
  await io.out(ok ? 'The audit still holds what the signed head says.\n' : `BROKEN: ${problem ?? 'unknown'}\n`);
  return ok;
}

export const auditVerifyCommand: Command = {
  words: ['audit', 'verify'],
  positionals: [],
  summary: 'Walks the audit and says whether it is as it was written.',
  help: [
    '  --organization <name>   one instead of all',
    '  --head <file>           holds the audit against a head that was signed earlier (audit export --head)',
    '',
    'Exit code 1 where anything was changed, removed, inserted or cut off.',
  ],
  options: { organization: { type: 'string' }, head: { type: 'string' } },
  async run(call) {
    return withFeatures(async (get) => {
      const file = textOption(call, 'head');
      let intact = file === null || (await verifyHead(get, file, call));
      for (const { id, name } of await organizationsNamed(get, textOption(call, 'organization'))) {
        const verdict = await get(AuditVerifier).verify(id);
        intact &&= verdict.intact;
        const checked = `${String(verdict.eventsChecked)} sealed events checked, ${String(verdict.unsealed)} not sealed yet`;
        const event = verdict.firstBrokenEventId === null ? '' : ` (event ${verdict.firstBrokenEventId})`;
        const problem = `BROKEN: ${verdict.problem ?? 'unknown'}${event}`;
        await call.io.out(`${name}: ${verdict.intact ? 'intact' : problem} - ${checked}\n`);
      }
      return intact;
    });
  },
};
