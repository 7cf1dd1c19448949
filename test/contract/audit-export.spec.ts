import { expect } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { CompactSign } from 'jose';
import { CHAIN_START } from '../../src/audit/audit-chain.js';
import { AuditEventEntity, AuditHeadEntity } from '../../src/audit/index.js';
import { KeyRing, signingKeys } from '../../src/platform/crypto/index.js';
import { onEachEngine, processOn, record, ring, sample, sealedTen, sql } from './audit-world.js';

onEachEngine('exporting the audit', (test) => {
  const all = async (lines: AsyncIterable<string>): Promise<string> => {
    let text = '';
    for await (const line of lines) text += line;
    return text;
  };

  test('gives back what was recorded, as JSON lines and as CSV', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await record(one, { ...sample(organizationId, 11), origin: { ip: null, userAgent: '=cmd|"calc",!A0' } });
    const json = (await all(one.exporter.ndjson(organizationId))).split('\n');
    expect(json.pop()).toBe('');
    const events = json.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map((event) => event.id).slice(0, 10)).toEqual(ids.slice(1));
    const stored = await one.dataSource
      .getRepository(AuditEventEntity)
      .find({ where: { organizationId }, order: { id: 'ASC' } });
    expect(events).toEqual(JSON.parse(JSON.stringify(stored)));

    const rows = parseCsv<Record<string, string>>(await all(one.exporter.csv(organizationId)), { columns: true });
    expect(rows).toHaveLength(11);
    expect(rows[10]).toMatchObject({ userAgent: `'=cmd|"calc",!A0`, ip: '', position: '' });
    for (const [i, row] of rows.entries()) {
      expect(JSON.parse(row.facts ?? '')).toEqual(stored[i]?.facts);
      expect([row.at, row.mac]).toEqual([stored[i]?.at.toISOString(), stored[i]?.mac]);
    }
  });

  test('goes on past facts that somebody broke', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'UPDATE audit_events SET facts = ? WHERE id = ?', ['[{', ids[4]]);
    expect((await all(one.exporter.ndjson(organizationId))).split('\n')).toHaveLength(11);
  });

  test('a signed head shows what verifying cannot: the audit begun anew, or put back to what it was', async (one) => {
    const { organizationId } = await sealedTen(one);
    const check = (jws: string) => one.exporter.checkSignedHead(jws);
    const oldHead = await one.dataSource.getRepository(AuditHeadEntity).findOneByOrFail({ organizationId });
    await record(one, sample(organizationId, 11), sample(organizationId, 12));
    await one.sealer.sealPending();
    const signed = await one.exporter.signedHead(organizationId);
    expect(await check(signed)).toEqual({ ok: true, problem: null });
    await record(one, sample(organizationId, 13));
    await one.sealer.sealPending();
    expect(await check(signed)).toEqual({ ok: true, problem: null });

    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ? AND position > 10', [organizationId]);
    expect(await check(signed)).toMatchObject({ ok: false, problem: expect.stringMatching(/place 12 is missing/) });
    await one.dataSource.getRepository(AuditHeadEntity).save(oldHead);
    expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: true });
    expect(await check(signed)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/ends at place 10; .* reached to 12/),
    });

    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ?', [organizationId]);
    await sql(one, 'DELETE FROM audit_heads WHERE organizationId = ?', [organizationId]);
    await record(one, ...Array.from({ length: 20 }, (_, i) => sample(organizationId, i)));
    await one.sealer.sealPending();
    expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: true });
    expect(await check(signed)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/does not hold what it held/),
    });
  });

  test('a head that this installation did not sign is refused', async (one) => {
    const { organizationId } = await sealedTen(one);
    const [header, payload, signature] = (await one.exporter.signedHead(organizationId)).split('.');
    const stranger = processOn(one.dataSource, one.unitOfWork, KeyRing.parse(KeyRing.generate()));
    const forged = Buffer.from(
      JSON.stringify({ organizationId, position: 0, mac: CHAIN_START, at: '2031-01-01T00:00:00.000Z' }),
    ).toString('base64url');
    const [key] = signingKeys(ring);
    if (!key) throw new Error('There is no key.');
    const otherType = await new CompactSign(Buffer.from(payload ?? '', 'base64url'))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid })
      .sign(key.privateKey);
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const jws of [
      await stranger.exporter.signedHead(organizationId),
      `${header}.${forged}.${signature}`,
      `${unsigned}.${payload}.`,
      otherType,
      'nonsense',
      '',
    ]) {
      expect(await one.exporter.checkSignedHead(jws)).toMatchObject({
        ok: false,
        problem: expect.stringMatching(/not signed by this/),
      });
    }
  });
});
