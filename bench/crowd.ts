import { setTimeout as pause } from 'node:timers/promises';
import { AuditChain } from '../src/audit/audit-chain.js';
import { Mac } from '../src/platform/crypto/index.js';
import type { World } from './world.js';

const STEP = 500_000;
/** An id as the service makes them, rising with `seq`: milliseconds first (RFC 9562 §5.7). */
const idOf = (milliseconds: string): string =>
  `LOWER(CONCAT(SUBSTR(LPAD(HEX(${milliseconds}), 12, '0'), 1, 8), '-', SUBSTR(LPAD(HEX(${milliseconds}), 12, '0'), 9, 4), '-7000-8000-', LPAD(HEX(seq), 12, '0')))`;
const EPOCH = 1_700_000_000_000;

/** Users of every kind, with and without a factor and a phone, made by the database itself. */
export async function addUsers({ sql, organizationId }: World, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += STEP) {
    const upTo = Math.min(to, start + STEP);
    await sql.query(
      `INSERT INTO users (id, organizationId, email, emailConfirmedAt, displayName, phone, kind, active, locale, passwordHash,
         useTwoFactor, canToggleTwoFactor, factorTries, trustEpoch, createdAt)
       SELECT ${idOf(`${String(EPOCH)} + seq`)}, ?, CONCAT('crowd', LPAD(seq, 8, '0'), '@example.com'), IF(seq % 3, NOW(3), NULL),
         CONCAT('Crowd ', seq), IF(seq % 5, NULL, CONCAT('+316', LPAD(seq, 8, '0'))), IF(seq % 20, 'MEMBER', 'PORTAL'), 1, 'en', NULL,
         seq % 7 = 0, seq % 2, 0, 0, NOW(3)
       FROM seq_${String(start + 1)}_to_${String(upTo)}`,
      [organizationId],
    );
    await sql.query(
      `INSERT INTO factors (id, organizationId, userId, method, algorithm, digits, period, lastStep, confirmedAt)
       SELECT ${idOf(`${String(EPOCH)} + seq`)}, ?, ${idOf(`${String(EPOCH)} + seq`)}, IF(seq % 4, 'TOTP', 'EMAIL'), 'sha1', 6, 30, -1, NOW(3)
       FROM seq_${String(start + 1)}_to_${String(upTo)} WHERE seq % 2 = 0`,
      [organizationId],
    );
  }
  await sql.query('ANALYZE TABLE users, factors');
}

/** Events that are sealed already, and a head that goes with them. Starts from an empty audit. */
export async function addEvents(world: World, count: number): Promise<void> {
  const { sql, organizationId, keyRing } = world;
  await sql.query('DELETE FROM audit_events');
  await sql.query('DELETE FROM audit_heads');
  for (let start = 0; start < count; start += STEP) {
    const upTo = Math.min(count, start + STEP);
    await sql.query(
      `INSERT INTO audit_events (id, organizationId, at, eventKey, actorId, actorEmail, subjectId, subjectEmail, ip, facts, position, mac, macKeyId)
       SELECT ${idOf(`${String(EPOCH)} + seq`)}, ?, FROM_UNIXTIME((${String(EPOCH)} + seq) / 1000), ELT(1 + seq % 3, 'sign-in.succeeded', 'second-factor.verified', 'sign-in.refused'),
         ${idOf('seq % 100000')}, CONCAT('crowd', seq % 100000, '@example.com'), ${idOf('seq % 100000')}, CONCAT('crowd', seq % 100000, '@example.com'),
         '10.1.2.3', '[]', seq, REPEAT('0', 64), 'k1'
       FROM seq_${String(start + 1)}_to_${String(upTo)}`,
      [organizationId],
    );
  }
  const content = {
    organizationId,
    position: count,
    lastMac: '0'.repeat(64),
    lastEventId: 'none',
    sealedAt: new Date(),
  };
  const { keyId, mac } = new AuditChain(new Mac(keyRing), keyRing).signHead(content);
  await sql.query('INSERT INTO audit_heads SET ?', [{ ...content, headKeyId: keyId, headMac: mac }]);
  await sql.query('ANALYZE TABLE audit_events');
}

/** Until the database has written out and cleared away what filling it left: what is asked for is an ordinary day. */
export async function settled({ sql }: World): Promise<void> {
  const status = async (name: string): Promise<number> => {
    const [rows] = await sql.query(`SHOW GLOBAL STATUS LIKE '${name}'`);
    return Number((rows as { Value: string }[])[0]?.Value ?? 0);
  };
  await sql.query('SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0, GLOBAL innodb_max_dirty_pages_pct = 0');
  for (let second = 0; second < 120; second += 1) {
    const left = (await status('Innodb_buffer_pool_pages_dirty')) + (await status('Innodb_history_list_length'));
    if (left < 1_000) break;
    await pause(1_000);
  }
  await sql.query('SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT, GLOBAL innodb_max_dirty_pages_pct_lwm = DEFAULT');
}
