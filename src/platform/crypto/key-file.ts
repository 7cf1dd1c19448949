import { mkdirSync, readFileSync, statSync, writeFileSync, linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRing } from './key-ring.js';

interface KeyConfig {
  secretKeys: string | null;
  mode: 'embedded' | 'production';
  dataDir: string;
}

const OTHERS_MAY_READ = 0o077;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Written beside and linked into place: of two first starts at once, one makes the keys and the other reads them. */
function makeOnce(path: string): void {
  const draft = `${path}.${String(process.pid)}`;
  writeFileSync(draft, `${KeyRing.generate()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * The installation's keys: `SECRET_KEYS`, or in embedded mode `<data>/keys`, made at the first start.
 * @throws Error that says what to do, and holds nothing of a key
 */
export function resolveKeyRing(config: KeyConfig): KeyRing {
  if (config.secretKeys !== null) return KeyRing.parse(config.secretKeys);
  if (config.mode === 'production') throw new Error('SECRET_KEYS is missing.');
  const path = join(config.dataDir, 'keys');
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    try {
      statSync(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      makeOnce(path);
    }
  } catch (error) {
    const reason = codeOf(error) ?? 'unknown reason';
    throw new Error(
      `The keys ${path} cannot be made or read (${reason}): set DATA_DIR to a folder that can be written.`,
      {
        cause: error,
      },
    );
  }
  if ((statSync(path).mode & OTHERS_MAY_READ) !== 0) {
    throw new Error(`The keys ${path} can be read by others on this machine: run \`chmod 600 ${path}\`.`);
  }
  return KeyRing.parse(readFileSync(path, 'utf8').trim());
}
