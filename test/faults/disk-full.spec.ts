import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { reportMissing } from '../support/binaries.js';
import { type Build, buildProcesses } from '../support/build.js';
import * as op from '../support/operations.js';
import { freePort } from '../support/ports.js';

const ADMIN = { email: 'admin@example.com', password: 'violet anchors drift slowly' };
const QUICK_MS = 5_000;
/** A file system of the process' own, that goes with it: nothing is mounted for anybody else. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=12m none "$1" && exec "$2" "$3"';

const canMount =
  spawnSync('unshare', ['-r', '-m', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0;

describe('a full disk under SQLite', () => {
  let build: Build | null = null;
  let service: ReturnType<typeof spawn> | null = null;
  let url = '';
  let disk = '';
  const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'));

  beforeAll(async () => {
    if (!canMount) {
      reportMissing('The right to mount in a namespace of one’s own', 'a full disk under SQLite');
      return;
    }
    build = await buildProcesses();
    const port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    service = spawn(
      'unshare',
      ['-r', '-m', 'sh', '-c', ON_SMALL_DISK, 'sh', folder, process.execPath, join(build.dir, 'embedded.js')],
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          ...{ DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'silent', TRUST_PROXY: '1' },
          ...{ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password },
        },
      },
    );
    disk = `/proc/${String(service.pid)}/root${folder}`;
    await reachable();
  }, 60_000);

  afterAll(async () => {
    if (service !== null) {
      const gone = new Promise((resolve) => service?.once('exit', resolve));
      service.kill('SIGKILL');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
    build?.remove();
  });

  async function reachable(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await fetch(`${url}/health/ready`).catch(() => null);
      if (answer?.ok === true) return;
      await pause(100);
    }
    throw new Error('The service did not start on its small disk.');
  }

  async function ask(query: string, variables: object, token?: string) {
    const begun = performance.now();
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    const body = (await answer.json()) as {
      data?: Record<string, { __typename: string; accessToken?: string }> | null;
      errors?: { extensions: { code: string } }[];
    };
    const [result] = Object.values(body.data ?? {});
    const outcome = body.errors?.[0]?.extensions.code ?? result?.__typename ?? 'nothing';
    return { outcome, ms: performance.now() - begun, token: result?.accessToken ?? null, data: body.data };
  }

  const login = () => ask(op.LOGIN, { input: ADMIN });

  /** Until not a byte more fits: also what the database holds in reserve is used up by what follows. */
  function fill(): void {
    for (const size of [1 << 20, 1 << 14, 1 << 9]) {
      try {
        for (;;) appendFileSync(join(disk, 'ballast'), Buffer.alloc(size));
      } catch {
        // No more of this size.
      }
    }
  }

  it('answers SERVICE_BUSY, opens nothing that is not in the audit, and goes on once there is room', async () => {
    if (service === null) return;
    const before = await login();
    expect(before.outcome).toBe('SignedIn');

    let opened = 1;
    let turnedAway = 0;
    fill();
    for (let attempt = 0; attempt < 60 && turnedAway < 3; attempt += 1) {
      const { outcome, ms } = await login();
      expect(['SignedIn', 'SERVICE_BUSY']).toContain(outcome);
      expect(ms).toBeLessThan(QUICK_MS);
      if (outcome === 'SignedIn') opened += 1;
      else turnedAway += 1;
      fill();
    }
    // Between two refusals the database makes room in its own log, so how many there are is not ours to say.
    expect(turnedAway).toBeGreaterThan(0);

    rmSync(join(disk, 'ballast'));
    const after = await login();
    expect(after.outcome).toBe('SignedIn');
    opened += 1;
    const token = after.token ?? '';
    const sessions = await ask(op.MY_SESSIONS, {}, token);
    expect(sessions.data?.mySessions).toHaveLength(opened);
    const audit = await ask(op.AUDIT, { filter: { key: 'sign-in.succeeded' }, first: 100 }, token);
    expect((audit.data as { auditEvents?: { nodes: unknown[] } } | null)?.auditEvents?.nodes).toHaveLength(opened);
  }, 120_000);
});
