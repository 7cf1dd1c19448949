import { describe, expect, jest } from '@jest/globals';
import { LostRace } from '../../src/audit/audit-chain.store.js';
import { AuditSealingLoop } from '../../src/audit/audit-sealing.loop.js';
import { AuditEventEntity, AuditHeadEntity } from '../../src/audit/index.js';
import { KeyRing } from '../../src/platform/crypto/index.js';
import {
  clock,
  onEachEngine,
  type Process,
  processOn,
  record,
  sample,
  sealedTen,
  sql,
  organization,
} from './audit-world.js';

onEachEngine('sealing the audit', (test, engine) => {
  test('loses nothing with 200 writers and two sealers at once', async (one, two) => {
    const organizationId = await organization(one);
    let writing = true;
    const seal = async (process: Process): Promise<number> => {
      let sealed = 0;
      while (writing) {
        sealed += await process.sealer.sealPending();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return sealed;
    };
    const sealers = Promise.all([seal(one), seal(two)]);
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => {
        const process = i % 2 === 0 ? one : two;
        return record(process, sample(organizationId, i));
      }),
    );
    writing = false;
    const [first, second] = await sealers;
    const rest = await Promise.all([one.sealer.sealPending(), two.sealer.sealPending()]);
    expect(first + second + rest[0] + rest[1]).toBe(200);
    expect(await one.verifier.verify(organizationId)).toMatchObject({
      intact: true,
      eventsChecked: 200,
      unsealed: 0,
    });
    const rows = await one.dataSource.getRepository(AuditEventEntity).findBy({ organizationId });
    expect(new Set(rows.map((row) => row.facts[1]?.value)).size).toBe(200);
  });

  test('keeps a limit, and serves every organization', async (one) => {
    const [a, b] = [await organization(one), await organization(one)];
    await record(one, sample(a, 1), sample(b, 1), sample(a, 2), sample(b, 2));
    expect(await one.sealer.sealPending(3)).toBe(3);
    expect(await one.sealer.sealPending()).toBe(1);
    expect(await one.sealer.sealPending()).toBe(0);
    for (const id of [a, b]) expect(await one.verifier.verify(id)).toMatchObject({ intact: true, eventsChecked: 2 });
  });

  test('is given up when the head has moved on since it was read', async (one) => {
    const { organizationId } = await sealedTen(one);
    const seen = await one.unitOfWork.read((tx) => one.store.head(tx, organizationId));
    await record(one, sample(organizationId, 11));
    await one.sealer.sealPending();
    const now = await one.dataSource.getRepository(AuditHeadEntity).findOneByOrFail({ organizationId });
    for (const stale of [seen, null]) {
      const moving = one.unitOfWork.run((tx) => one.store.moveHead(tx, stale, { ...now, position: 99 }));
      await expect(moving).rejects.toBeInstanceOf(LostRace);
    }
    expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: true, eventsChecked: 11 });
  });

  test('does not go on from an altered head', async (one) => {
    const { organizationId } = await sealedTen(one);
    await sql(one, 'UPDATE audit_heads SET lastMac = ? WHERE organizationId = ?', ['f'.repeat(64), organizationId]);
    await record(one, sample(organizationId, 11));
    expect(await one.sealer.sealPending()).toBe(0);
    const head = await one.dataSource.getRepository(AuditHeadEntity).findOneBy({ organizationId });
    expect(head).toMatchObject({ position: 10, lastMac: 'f'.repeat(64) });
  });

  test('happens in the background, and once more at the end', async (one) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const loop = new AuditSealingLoop(one.sealer);
    try {
      const organizationId = await organization(one);
      loop.onApplicationBootstrap();
      await record(one, sample(organizationId, 1));
      await jest.advanceTimersByTimeAsync(1_000);
      await loop.stop();
      expect(await one.verifier.verify(organizationId)).toMatchObject({ eventsChecked: 1, unsealed: 0 });
      await record(one, sample(organizationId, 2));
      await loop.beforeApplicationShutdown();
      expect(await one.verifier.verify(organizationId)).toMatchObject({ eventsChecked: 2, unsealed: 0 });
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is fast enough', async (one) => {
    const organizationId = await organization(one);
    const count = 3_000;
    await record(one, ...Array.from({ length: count }, (_, i) => sample(organizationId, i)));
    const begun = performance.now();
    expect(await one.sealer.sealPending()).toBe(count);
    const sealed = performance.now();
    expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: true, eventsChecked: count });
    const perSecond = (ms: number): string => Math.round((count / ms) * 1_000).toString();
    process.stdout.write(
      `${engine}: ${perSecond(sealed - begun)} sealed, ${perSecond(performance.now() - sealed)} verified in a second\n`,
    );
  });

  describe('keys', () => {
    const [oldKey, newKey] = [KeyRing.generate(), KeyRing.generate().replace('k1:', 'k2:')];
    const oldRing = KeyRing.parse(oldKey);
    const bothRing = KeyRing.parse(`${newKey},${oldKey}`);

    test('may be rotated one process after the other', async (one) => {
      const before = processOn(one.dataSource, one.unitOfWork, oldRing);
      const after = processOn(one.dataSource, one.unitOfWork, bothRing);
      const { organizationId } = await sealedTen(before);
      await record(after, sample(organizationId, 11));
      // The process without the new key leaves it alone rather than call it forged.
      expect(await before.sealer.sealPending()).toBe(0);
      expect(await before.verifier.verify(organizationId)).toMatchObject({ intact: true, unsealed: 1 });
      expect(await after.sealer.sealPending()).toBe(1);
      expect(await after.verifier.verify(organizationId)).toMatchObject({ intact: true, eventsChecked: 11 });
      await record(before, sample(organizationId, 12));
      expect(await before.sealer.sealPending()).toBe(0);
      expect(await after.sealer.sealPending()).toBe(1);
      expect(await after.verifier.verify(organizationId)).toMatchObject({ intact: true, eventsChecked: 12 });
    });

    test('that were thrown away are named as the reason', async (one) => {
      const before = processOn(one.dataSource, one.unitOfWork, oldRing);
      const after = processOn(one.dataSource, one.unitOfWork, KeyRing.parse(newKey));
      const { organizationId, ids } = await sealedTen(before);
      const verdict = await after.verifier.verify(organizationId);
      expect(verdict).toMatchObject({
        intact: false,
        firstBrokenEventId: ids[1],
        problem: expect.stringMatching(/SECRET_KEYS/),
      });
    });

    test('that nobody has do not hold up the rest for ever', async (one) => {
      const { organizationId } = await sealedTen(one);
      await record(one, sample(organizationId, 11));
      await sql(one, "UPDATE audit_events SET macKeyId = 'k9' WHERE organizationId = ? AND position IS NULL", [
        organizationId,
      ]);
      await record(one, sample(organizationId, 12));
      expect(await one.sealer.sealPending()).toBe(1);
      const later = clock.at;
      clock.at = new Date(later.getTime() + 11 * 60_000);
      expect(await one.sealer.sealPending()).toBe(1);
      clock.at = later;
      expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: false, unsealed: 0 });
    });
  });
});
