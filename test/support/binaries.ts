import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where distributions put servers, though an ordinary user's PATH often leaves these folders out. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/usr/libexec'];

/** Full path of an executable, or null when this machine has none. */
export function findBinary(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SERVER_FOLDERS];
  for (const folder of folders) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder; look in the next.
    }
  }
  return null;
}

/**
 * Says in a frame nobody overlooks that a part of the tests cannot run. On a build server (`CI=true`) it throws instead:
 * a green build must never mean "not tested".
 */
export function reportMissing(missing: string, untested: string): null {
  const lines = [`${missing} not found.`, `NOT TESTED: ${untested}`];
  if (process.env.CI === 'true') throw new Error(lines.join(' '));
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '*'.repeat(width + 6);
  const framed = lines.map((line) => `** ${line.padEnd(width)} **`);
  process.stderr.write(`\n${[edge, ...framed, edge].join('\n')}\n\n`);
  return null;
}
