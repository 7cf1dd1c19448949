import { execFile } from 'node:child_process';
import { cp, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface MariadbBinaries {
  server: string;
  installer: string;
}

/** The server refuses to run as root unless told so; any other user needs no word. */
export function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** A small redo log: the default of 96 MB would be copied for every server. Template and server must agree on it. */
export const REDO_LOG = '--innodb-log-file-size=16M';

async function install(binaries: MariadbBinaries, dataDir: string): Promise<void> {
  await run(binaries.installer, [
    '--no-defaults',
    ...asUser(),
    `--datadir=${dataDir}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    REDO_LOG,
  ]);
}

async function templatePath(binaries: MariadbBinaries): Promise<string> {
  const { stdout } = await run(binaries.server, ['--no-defaults', '--version']);
  const version = /Ver\s+(\S+)/.exec(stdout)?.[1] ?? 'unknown';
  return join(tmpdir(), `countersign-mariadb-${version.replace(/[^\w.-]/g, '_')}-${userInfo().uid}`);
}

/** True when the template is there and ours: another user could have put a folder of that name into the shared tmp. */
async function usable(template: string): Promise<boolean> {
  try {
    const found = await lstat(template);
    return found.isDirectory() && found.uid === userInfo().uid;
  } catch {
    return false;
  }
}

async function buildTemplate(binaries: MariadbBinaries, template: string): Promise<void> {
  const building = await mkdtemp(`${template}-building-`);
  try {
    await install(binaries, building);
    // The rename is atomic: a run beside this one sees a whole template or none.
    await rename(building, template);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    // The other run was faster; its template serves as well.
    if (!(await usable(template))) throw error;
  }
}

/** Fills `dataDir` (which must not exist) with a pristine installation: a copy of a cached one, since installing takes longer. */
export async function pristineDataDir(binaries: MariadbBinaries, dataDir: string): Promise<void> {
  const template = await templatePath(binaries);
  if (!(await usable(template))) await buildTemplate(binaries, template);
  await cp(template, dataDir, { recursive: true });
}

/** Removes the cached installation, for when a copy of it will not start (a cleaner of tmp may have taken files out of it). */
export async function discardTemplate(binaries: MariadbBinaries): Promise<void> {
  const template = await templatePath(binaries);
  if (await usable(template)) await rm(template, { recursive: true, force: true });
}
