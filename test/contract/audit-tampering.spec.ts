import { expect } from '@jest/globals';
import { CHAIN_START } from '../../src/audit/audit-chain.js';
import { AuditEventEntity } from '../../src/audit/index.js';
import { KeyRing } from '../../src/platform/crypto/index.js';
import { found, newId, onEachEngine, processOn, record, sample, sealedTen, sql, organization } from './audit-world.js';

onEachEngine('verifying the audit', (test) => {
  test('finds a chain intact, with what is not sealed yet counted and not complained of', async (one) => {
    const { organizationId } = await sealedTen(one);
    await record(one, sample(organizationId, 11), sample(organizationId, 12));
    expect(await one.verifier.verify(organizationId)).toEqual({
      intact: true,
      eventsChecked: 10,
      firstBrokenEventId: null,
      problem: null,
      unsealed: 2,
    });
    const early = await organization(one);
    await record(one, sample(early, 1));
    expect(await one.verifier.verify(early)).toMatchObject({ intact: true, eventsChecked: 0, unsealed: 1 });
  });

  test('writes nothing', async (one) => {
    const { organizationId } = await sealedTen(one);
    await record(one, sample(organizationId, 11));
    const state = () =>
      sql(
        one,
        'SELECT e.*, h.headMac FROM audit_events e, audit_heads h WHERE e.organizationId = ? AND h.organizationId = ?',
        [organizationId, organizationId],
      );
    const before = await state();
    await one.verifier.verify(organizationId);
    expect(await state()).toEqual(before);
  });

  for (const [column, value] of Object.entries({
    at: '2031-05-06 07:08:09.124',
    eventKey: 'sign-in.succeeded',
    actorId: null,
    actorEmail: 'eve@example.org',
    subjectId: 'u-other',
    subjectEmail: 'ZOË@example.org',
    ip: '192.0.2.8',
    userAgent: '',
    facts: '[{"name":"method","value":"SMS"}]',
    mac: '0'.repeat(64),
    macKeyId: 'k1 ',
  })) {
    test(`finds ${column} edited`, async (one) => {
      const { organizationId, ids } = await sealedTen(one);
      await sql(one, `UPDATE audit_events SET ${column} = ? WHERE id = ?`, [value, ids[4]]);
      await found(one, organizationId, ids[4] ?? '', /place 4/);
    });
  }

  test('finds facts that are no JSON any more, without stumbling over them', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'UPDATE audit_events SET facts = ? WHERE id = ?', ['[{', ids[1]]);
    await found(one, organizationId, ids[1] ?? '', /place 1 was changed/);
  });

  test('finds one removed in the middle', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE id = ?', [ids[4]]);
    await found(one, organizationId, ids[5] ?? '', /^1 event\(s\) before place 5 were removed/);
  });

  test('finds one removed in the middle and the next put in its place', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE id = ?', [ids[4]]);
    await sql(one, 'UPDATE audit_events SET position = 4 WHERE id = ?', [ids[5]]);
    await found(one, organizationId, ids[5] ?? '', /place 4 was changed, moved/);
  });

  test('finds the first ones removed', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ? AND position <= 2', [organizationId]);
    await found(one, organizationId, ids[3] ?? '', /^2 event\(s\) before place 3/);
  });

  test('finds the last ones removed', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ? AND position > 7', [organizationId]);
    const verdict = await one.verifier.verify(organizationId);
    expect(verdict).toMatchObject({
      intact: false,
      firstBrokenEventId: ids[10],
      problem: '3 event(s) were removed from the end.',
    });
    // What is written afterwards closes the end again, but not the gap.
    await record(one, sample(organizationId, 11));
    await one.sealer.sealPending();
    const later = await one.verifier.verify(organizationId);
    expect(later).toMatchObject({ intact: false, problem: '3 event(s) before place 11 were removed.' });
  });

  test('finds all removed, with and without the head', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ?', [organizationId]);
    expect(await one.verifier.verify(organizationId)).toMatchObject({
      intact: false,
      firstBrokenEventId: ids[10],
      problem: '10 event(s) were removed from the end.',
    });
    await sql(one, 'DELETE FROM audit_heads WHERE organizationId = ?', [organizationId]);
    expect(await one.verifier.verify(organizationId)).toMatchObject({
      intact: false,
      problem: expect.stringMatching(/no event at all/),
    });
  });

  test('finds the end cut off and the head set to fit', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ? AND position > 7', [organizationId]);
    await sql(
      one,
      'UPDATE audit_heads SET position = 7, lastEventId = ?, lastMac = (SELECT mac FROM audit_events WHERE id = ?) WHERE organizationId = ?',
      [ids[7], ids[7], organizationId],
    );
    await found(one, organizationId, null, /head of the audit was altered/);
  });

  test('finds two exchanged, with or without their macs', async (one) => {
    for (const columns of ['', ', mac = ?']) {
      const { organizationId, ids } = await sealedTen(one);
      const rows = (await sql(one, 'SELECT id, mac FROM audit_events WHERE organizationId = ? ORDER BY position', [
        organizationId,
      ])) as { mac: string }[];
      const set = (place: number, mac: string, id?: string) =>
        sql(
          one,
          `UPDATE audit_events SET position = ?${columns} WHERE id = ?`,
          columns === '' ? [place, id] : [place, mac, id],
        );
      await set(99, 'x', ids[4]);
      await set(4, rows[3]?.mac ?? '', ids[5]);
      await set(5, rows[4]?.mac ?? '', ids[4]);
      await found(one, organizationId, ids[5] ?? '', /place 4/);
    }
  });

  for (const place of [null, 0, -3, 11, 500]) {
    test(`finds one inserted at place ${String(place)}`, async (one) => {
      const { organizationId, ids } = await sealedTen(one);
      const id = newId();
      await sql(
        one,
        `INSERT INTO audit_events (id, organizationId, at, eventKey, facts, position, mac, macKeyId)
         SELECT ?, organizationId, at, eventKey, facts, ?, mac, macKeyId FROM audit_events WHERE id = ?`,
        [id, place, ids[4]],
      );
      const verdict = await one.verifier.verify(organizationId);
      expect(verdict).toMatchObject({
        intact: false,
        firstBrokenEventId: id,
        problem: expect.stringMatching(/inserted|added behind the end/),
      });
      if (place === null) await found(one, organizationId, id, /inserted past the service/);
    });
  }

  test('finds one written past the service without any mac, before and after it is sealed', async (one) => {
    const { organizationId } = await sealedTen(one);
    const id = newId();
    await sql(
      one,
      "INSERT INTO audit_events (id, organizationId, at, eventKey, facts) VALUES (?, ?, '2031-05-06 07:08:09.000', 'session.ended', '[]')",
      [id, organizationId],
    );
    await found(one, organizationId, id, /inserted past the service/);
  });

  test('finds one changed before it was sealed', async (one) => {
    const { organizationId } = await sealedTen(one);
    await record(one, sample(organizationId, 11));
    const [{ id }] = (await sql(one, 'SELECT id FROM audit_events WHERE organizationId = ? AND position IS NULL', [
      organizationId,
    ])) as [{ id: string }];
    await sql(one, "UPDATE audit_events SET eventKey = 'session.ended' WHERE id = ?", [id]);
    await found(one, organizationId, id, /changed/);
  });

  test('finds one taken from another organization, in both', async (one) => {
    const here = await sealedTen(one);
    const there = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE id = ?', [here.ids[4]]);
    await sql(one, 'UPDATE audit_events SET organizationId = ? WHERE id = ?', [here.organizationId, there.ids[4]]);
    await found(one, here.organizationId, there.ids[4] ?? '', /place 4 was changed/);
    await found(one, there.organizationId, there.ids[5] ?? '', /1 event\(s\) before place 5/);
  });

  test('finds a whole chain taken from another organization', async (one) => {
    const here = await sealedTen(one);
    const there = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ?', [here.organizationId]);
    await sql(one, 'UPDATE audit_events SET organizationId = ? WHERE organizationId = ?', [
      here.organizationId,
      there.organizationId,
    ]);
    await found(one, here.organizationId, there.ids[1] ?? '', /place 1 was changed/);
  });

  test('finds an event of the same place in an earlier chain of the same organization', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    const old = await one.dataSource.getRepository(AuditEventEntity).findOneByOrFail({ id: ids[4] ?? '' });
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ?', [organizationId]);
    await sql(one, 'DELETE FROM audit_heads WHERE organizationId = ?', [organizationId]);
    await record(one, ...Array.from({ length: 10 }, (_, i) => sample(organizationId, i)));
    await one.sealer.sealPending();
    await sql(one, 'DELETE FROM audit_events WHERE organizationId = ? AND position = 4', [organizationId]);
    await one.dataSource.getRepository(AuditEventEntity).insert(old);
    await found(one, organizationId, old.id, /place 4 was changed/);
  });

  test('finds a chain reckoned anew, from the edited event on, by someone without the key', async (one) => {
    const { organizationId, ids } = await sealedTen(one);
    const forger = processOn(one.dataSource, one.unitOfWork, KeyRing.parse(KeyRing.generate()));
    await sql(one, "UPDATE audit_events SET eventKey = 'session.ended' WHERE id = ?", [ids[4]]);
    const events = await one.unitOfWork.read((tx) => forger.store.sealedAfter(tx, organizationId, null, 99));
    let lastMac = CHAIN_START;
    for (const event of events) {
      if (event.position >= 4) {
        event.mac = forger.chain.signEvent(event, event.position, lastMac, 'own').mac;
        await sql(one, 'UPDATE audit_events SET mac = ? WHERE id = ?', [event.mac, event.id]);
      }
      lastMac = event.mac ?? '';
    }
    const head = await one.unitOfWork.read((tx) => one.store.head(tx, organizationId));
    if (head === null) throw new Error('There is no head.');
    const { mac } = forger.chain.signHead({ ...head, lastMac });
    await sql(one, 'UPDATE audit_heads SET lastMac = ?, headMac = ? WHERE organizationId = ?', [
      lastMac,
      mac,
      organizationId,
    ]);
    await found(one, organizationId, ids[4] ?? '', /place 4/);
  });

  test('finds the head missing', async (one) => {
    const { organizationId } = await sealedTen(one);
    await sql(one, 'DELETE FROM audit_heads WHERE organizationId = ?', [organizationId]);
    await found(one, organizationId, null, /head of the audit is missing/);
  });

  for (const [column, value] of Object.entries({
    position: 9,
    lastMac: 'f'.repeat(64),
    headMac: 'f'.repeat(64),
    sealedAt: '2031-01-01 00:00:00.000',
    lastEventId: 'x',
  })) {
    test(`finds ${column} of the head edited`, async (one) => {
      const { organizationId } = await sealedTen(one);
      await sql(one, `UPDATE audit_heads SET ${column} = ? WHERE organizationId = ?`, [value, organizationId]);
      await found(one, organizationId, null, /head of the audit was altered/);
    });
  }
});
