import { AuditService } from '../../audit/index.js';
import { KeyRing, Sealer } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Command, Io } from '../command.js';
import { type Get, withFeatures } from '../context.js';
import { organizationsNamed } from '../organizations.js';
import { type KeyUse, keyUse } from '../rotation/key-use.js';
import { type ColumnRotation, Rotation } from '../rotation/rotation.js';
import { SEALED_COLUMNS } from '../rotation/sealed-columns.js';

async function rotate(get: Get, io: Io): Promise<ColumnRotation> {
  const rotation = new Rotation(get(UnitOfWork), get(Sealer), get(KeyRing));
  const total: ColumnRotation = { resealed: 0, overtaken: 0, unreadable: 0 };
  for (const column of SEALED_COLUMNS) {
    const name = `${column.table}.${column.column}`;
    const tell = ({ resealed }: ColumnRotation): void => io.err(`  ${name}: ${String(resealed)} sealed anew\n`);
    const result = await rotation.column(column, tell);
    total.resealed += result.resealed;
    total.overtaken += result.overtaken;
    total.unreadable += result.unreadable;
    if (result.unreadable > 0) io.err(`  ${name}: ${String(result.unreadable)} cannot be opened by the keys at hand\n`);
  }
  return total;
}

/** What an operator who wants to drop an old key needs to know. */
function lineOf(id: string, { sealed, audit }: KeyUse, ring: KeyRing): string {
  const use = `${String(sealed)} sealed values, ${String(audit)} rows of the audit`;
  if (id === ring.currentId) return `${id} (current): ${use}`;
  if (!ring.ids().includes(id)) return `${id} (NOT in SECRET_KEYS): ${use}`;
  if (sealed > 0) return `${id}: ${use}. Still needed.`;
  return audit > 0
    ? `${id}: ${use}. Seals nothing any more; without it those rows of the audit can no longer be verified.`
    : `${id}: ${use}. Not needed any more.`;
}

export const keysRotateCommand: Command = {
  words: ['keys', 'rotate'],
  positionals: [],
  summary: 'Seals everything anew with the first key of SECRET_KEYS.',
  help: [
    'Put a new key before the old ones, SECRET_KEYS=k2:…,k1:…, start all processes anew, and run this; the service runs on',
    'meanwhile. It can be run again at any time, and tells at the end which old keys are still in use.',
    'Exit code 1 where a value cannot be opened by any key at hand.',
  ],
  options: {},
  async run({ io }) {
    return withFeatures(async (get) => {
      const total = await rotate(get, io);
      const ring = get(KeyRing);
      const unitOfWork = get(UnitOfWork);
      if (total.resealed > 0) {
        const facts = { current: ring.currentId, resealed: total.resealed, unreadable: total.unreadable };
        for (const { id: organizationId } of await organizationsNamed(get, null)) {
          await unitOfWork.run((tx) => get(AuditService).record(tx, { organizationId, key: 'keys.rotated', facts }));
        }
      }
      const overtaken = total.overtaken > 0 ? `, ${String(total.overtaken)} were changed meanwhile (run it again)` : '';
      await io.out(`${String(total.resealed)} values were sealed anew with ${ring.currentId}${overtaken}.\n`);
      const uses = await keyUse((work) => unitOfWork.read(work));
      for (const id of ring.ids()) if (!uses.has(id)) uses.set(id, { sealed: 0, audit: 0 });
      for (const [id, use] of uses) await io.out(`  ${lineOf(id, use, ring)}\n`);
      return total.unreadable === 0;
    });
  },
};
