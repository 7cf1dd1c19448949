import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import { administrator, createUser, login } from '../support/people.js';
import { TestClock } from '../support/test-clock.js';
import { startWorld, type World } from '../support/world.js';

function has(binary: string): boolean {
  try {
    execFileSync('which', [binary], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const TOOLS = ['zbarimg', 'oathtool'];
const missing = TOOLS.filter((tool) => !has(tool));
if (missing.length > 0)
  process.stderr.write(`\nNOT TESTED with real tools, since they are missing: ${missing.join(', ')}\n\n`);

describe('an authenticator that others have made', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    // oathtool tells the time itself.
    world = await startWorld('sqlite', { clock: new TestClock(new Date()) });
    folder = mkdtempSync(join(tmpdir(), 'countersign-qr-'));
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the QR code, and its code is taken once', async () => {
    if (missing.length > 0) return;
    const admin = await administrator(world);
    await admin.ask(op.ENABLE);
    const { email } = await createUser(admin);
    const client = world.client();
    const { ticket } = await login(client, email);
    const { id, totp } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });

    const png = join(folder, 'qr.png');
    writeFileSync(png, Buffer.from(totp.qrCode.replace('data:image/png;base64,', ''), 'base64'));
    const scanned = execFileSync('zbarimg', ['--quiet', '--raw', png], { encoding: 'utf8' }).trim();
    expect(scanned).toBe(totp.uri);
    expect(new URL(scanned).searchParams.get('secret')).toBe(totp.secret);
    expect(new URL(scanned).searchParams.get('issuer')).toBe('Countersign');

    const at = `${world.clock.now().toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const code = execFileSync('oathtool', ['--totp', '--base32', '--now', at, totp.secret], {
      encoding: 'utf8',
    }).trim();
    const confirmed = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId: id, code } });
    expect(confirmed.__typename).toBe('SignedIn');

    const again = await login(client, email);
    const second = await client.ask(op.VERIFY, { input: { ticket: again.ticket, method: 'TOTP', code } });
    expect(second).toMatchObject({ code: 'OTP_INVALID', message: 'Otp invalid!', attemptsLeft: 4 });
  });
});
