import { isDuplicateKey, UnitOfWork } from '../../platform/database/index.js';
import { RolesStore } from '../../roles/index.js';
import { type Command, CommandFailure, type Io, textOption } from '../command.js';
import { withFeatures } from '../context.js';
import { theOrganization } from '../organizations.js';
import { COLUMNS } from '../people/columns.js';
import { csvLines } from '../people/csv-file.js';
import { checkImport, type ImportFindings, PROBLEMS_SHOWN } from '../people/import-check.js';
import { UserImport } from '../people/user-import.js';
import { type ImportedUser, type Known, readUserLine } from '../people/user-line.js';

/** Up to so many users come in all together or not at all; more would hold a transaction open for minutes. */
const ONE_TRANSACTION = 5_000;
const CHUNK = 1_000;

async function tell(io: Io, { problems }: ImportFindings): Promise<false> {
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) io.err(`${problem}\n`);
  if (problems.length > PROBLEMS_SHOWN) io.err('There are more problems.\n');
  await io.out('Nothing was imported.\n');
  return false;
}

async function* soundUsers(path: string, known: Known): AsyncGenerator<ImportedUser> {
  for await (const { line, record } of csvLines(path)) {
    const user = readUserLine(record, known);
    if (Array.isArray(user)) throw new CommandFailure(`Line ${String(line)} has changed since it was checked.`);
    yield user;
  }
}

export const usersImportCommand: Command = {
  words: ['users', 'import'],
  positionals: ['csv'],
  summary: 'Imports users from a CSV file.',
  help: [
    '  --organization <name>   where there is more than one',
    '',
    'The first line names the columns, in any order; all but email may be left out:',
    `  ${COLUMNS.join(',')}`,
    'kind is MEMBER, PORTAL or SERVICE; flags are true or false; roles and groups are names parted by semicolons.',
    'passwordHash is taken over as argon2, bcrypt, scrypt or PBKDF2 ($pbkdf2-sha256$, $pbkdf2-sha512$), and hashed anew at',
    'the next sign-in. totpSecret is base32: the person goes on with the app that they have.',
    '',
    'Nothing is imported unless every line is sound; problems name their line. Up to 5,000 users come in together or not at',
    'all, more of them a thousand at a time.',
  ],
  options: { organization: { type: 'string' } },
  async run(call) {
    const [path = ''] = call.positionals;
    return withFeatures(async (get) => {
      const { id: organizationId } = await theOrganization(get, textOption(call, 'organization'));
      const unitOfWork = get(UnitOfWork);
      const users = new UserImport(get, organizationId);
      const known = await unitOfWork.read((tx) => get(RolesStore).catalogue(tx, organizationId));
      const findings = await checkImport(csvLines(path), known, (emails) =>
        unitOfWork.read((tx) => users.taken(tx, emails)),
      );
      if (findings.problems.length > 0) return tell(call.io, findings);

      const size = findings.users <= ONE_TRANSACTION ? ONE_TRANSACTION : CHUNK;
      let imported = 0;
      let chunk: ImportedUser[] = [];
      const flush = async (): Promise<void> => {
        if (chunk.length === 0) return;
        try {
          await unitOfWork.run((tx) => users.write(tx, chunk));
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          throw new CommandFailure(
            `An address was taken meanwhile. ${String(imported)} users were imported before it.`,
          );
        }
        imported += chunk.length;
        chunk = [];
        if (size === CHUNK) call.io.err(`  ${String(imported)} of ${String(findings.users)}\n`);
      };
      for await (const user of soundUsers(path, known)) {
        chunk.push(user);
        if (chunk.length === size) await flush();
      }
      await flush();
      await call.io.out(`${String(imported)} users were imported.\n`);
      return true;
    });
  },
};
