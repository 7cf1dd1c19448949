import type { CsvLine } from './csv-file.js';
import { type Known, readUserLine } from './user-line.js';

export const PROBLEMS_SHOWN = 100;
const AT_ONCE = 500;

export interface ImportFindings {
  users: number;
  problems: string[];
}

/**
 * Looks at every line before any is imported: each by itself, against the others, and against who is there already.
 * @param taken those of some addresses that are in use
 */
export async function checkImport(
  lines: AsyncIterable<CsvLine>,
  known: Known,
  taken: (emails: readonly string[]) => Promise<readonly string[]>,
): Promise<ImportFindings> {
  const findings: ImportFindings = { users: 0, problems: [] };
  const seen = new Map<string, number>();
  let waiting = new Map<string, number>();
  const askWaiting = async (): Promise<void> => {
    for (const email of await taken([...waiting.keys()])) {
      findings.problems.push(`Line ${String(waiting.get(email))}: somebody uses this address already.`);
    }
    waiting = new Map();
  };
  for await (const { line, record } of lines) {
    const user = readUserLine(record, known);
    if (Array.isArray(user)) {
      findings.problems.push(...user.map((problem) => `Line ${String(line)}: ${problem}`));
    } else {
      const before = seen.get(user.email);
      if (before === undefined) waiting.set(user.email, line);
      else findings.problems.push(`Line ${String(line)}: the same address as line ${String(before)}.`);
      seen.set(user.email, before ?? line);
      findings.users += 1;
    }
    if (waiting.size >= AT_ONCE) await askWaiting();
    if (findings.problems.length > PROBLEMS_SHOWN) break;
  }
  await askWaiting();
  return findings;
}
