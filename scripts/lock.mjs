/** One at a time between processes, by a directory: making one is atomic everywhere. */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** An owner that was killed beats no more; after this long its lock is void. */
const STALE_MS = 15_000;
const POLL_MS = 200;

function tryAcquire(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function removeIfStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs < STALE_MS) return;
    // Renamed first: of several that wait, only one can take the stale lock away.
    const grave = `${path}.${process.pid}`;
    renameSync(path, grave);
    rmSync(grave, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Runs `action` while no other process holds the lock at `path`; waits for as long as the other one is alive. */
export async function withLock(path, action) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waiting = false; !tryAcquire(path); waiting = true) {
    if (!waiting) console.log('Waiting for another start that is installing or building…');
    await sleep(POLL_MS);
    removeIfStale(path);
  }
  const heartbeat = setInterval(() => utimesSync(path, new Date(), new Date()), HEARTBEAT_MS);
  const release = () => rmSync(path, { recursive: true, force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', release).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    release();
    process.off('exit', release).off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}
