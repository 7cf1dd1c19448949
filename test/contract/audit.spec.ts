import { describe, expect } from '@jest/globals';
import { AuditResolver } from '../../src/audit/audit.resolver.js';
import { AuditEventEntity, type AuditRecord, type AuditSearch } from '../../src/audit/index.js';
import type { Tx } from '../../src/platform/database/index.js';
import type { Actor } from '../../src/shared/actor.js';
import { pageRequest } from '../../src/shared/page.js';
import {
  clock,
  newId,
  onEachEngine,
  organization,
  type Process,
  record,
  sample,
  sealedTen,
  sql,
} from './audit-world.js';

onEachEngine('the audit', (test) => {
  describe('recording', () => {
    test('goes with the transaction: what is rolled back was never audited', async (one) => {
      const organizationId = await organization(one);
      const failing = one.unitOfWork.run(async (tx) => {
        await one.audit.record(tx, sample(organizationId, 1));
        throw new Error('after all');
      });
      await expect(failing).rejects.toThrow('after all');
      expect(await one.dataSource.getRepository(AuditEventEntity).countBy({ organizationId })).toBe(0);
    });

    test('bounds and cleans what strangers write', async (one) => {
      const organizationId = await organization(one);
      await record(one, {
        organizationId,
        key: 'sign-in.refused',
        subject: null,
        origin: { ip: '9'.repeat(99), userAgent: `a\r\n\u001bb${'😀'.repeat(300)}` },
        facts: { address: 'x'.repeat(900) },
      });
      const [row] = await one.dataSource.getRepository(AuditEventEntity).findBy({ organizationId });
      expect(row).toMatchObject({ actorId: null, subjectEmail: null, at: clock.now(), position: null });
      expect([row?.ip?.length, row?.facts[0]?.value.length]).toEqual([64, 500]);
      expect(row?.userAgent).toMatch(/^ab(😀)+$/u);
      await one.sealer.sealPending();
      expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: true, eventsChecked: 1, unsealed: 0 });
    });

    test('throws for a fact that looks like a secret, and writes nothing', async (one) => {
      const organizationId = await organization(one);
      const events = [sample(organizationId, 1), { ...sample(organizationId, 2), facts: { smsCode: '060350' } }];
      await expect(record(one, ...events)).rejects.toThrow('"smsCode"');
      expect(await one.dataSource.getRepository(AuditEventEntity).countBy({ organizationId })).toBe(0);
    });
  });

  describe('searching', () => {
    const pageOf = (
      one: Process,
      organizationId: string,
      search: AuditSearch = {},
      first = 200,
      after: string | null = null,
    ) => one.unitOfWork.read((tx: Tx) => one.audit.page(tx, organizationId, search, pageRequest(first, after)));

    test('pages newest first through equal times, each event once, also while more are written', async (one) => {
      const organizationId = await organization(one);
      await record(one, ...Array.from({ length: 25 }, (_, i) => sample(organizationId, i)));
      const numbers: (string | undefined)[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(one, organizationId, {}, 7, after);
        numbers.push(...page.nodes.map((event) => event.facts[1]?.value));
        after = page.hasNextPage ? page.endCursor : null;
        await record(one, sample(organizationId, 1000));
      } while (after !== null);
      expect(numbers).toEqual(Array.from({ length: 25 }, (_, i) => String(24 - i)));
    });

    test('by key, beginning of keys, actor, subject and time, and never across organizations', async (one) => {
      const organizationId = await organization(one);
      const start = clock.at;
      const at = async (minutes: number, event: Partial<AuditRecord>): Promise<void> => {
        clock.at = new Date(start.getTime() + minutes * 60_000);
        await record(one, { organizationId, key: 'factor.added', ...event, facts: { n: minutes } });
      };
      await at(0, { key: 'factor.added', actor: { userId: 'a', email: 'a@x' } });
      await at(1, { key: 'factor.removed', subject: { id: 's', email: 's@x' } });
      await at(2, { key: 'session.ended', actor: { userId: 'a', email: 'a@x' }, subject: { id: 's', email: 's@x' } });
      await at(3, { key: 'factor.added', organizationId: newId(), actor: { userId: 'a', email: 'a@x' } });
      clock.at = start;
      const minute = (n: number): Date => new Date(start.getTime() + n * 60_000);
      const numbers = async (search: AuditSearch) =>
        (await pageOf(one, organizationId, search)).nodes.map((event) => Number(event.facts[0]?.value));
      expect(await numbers({})).toEqual([2, 1, 0]);
      expect(await numbers({ key: 'factor.added' })).toEqual([0]);
      expect(await numbers({ key: 'factor.' })).toEqual([1, 0]);
      expect(await numbers({ key: 'factor.*' })).toEqual([1, 0]);
      expect(await numbers({ key: '*' })).toEqual([2, 1, 0]);
      expect(await numbers({ key: 'factor' })).toEqual([]);
      expect(await numbers({ key: '%.' })).toEqual([]);
      expect(await numbers({ actorId: 'a' })).toEqual([2, 0]);
      expect(await numbers({ subjectId: 's', key: 'factor.*' })).toEqual([1]);
      expect(await numbers({ from: minute(1) })).toEqual([2, 1]);
      expect(await numbers({ to: minute(1) })).toEqual([1, 0]);
      expect(await numbers({ from: minute(1), to: minute(1) })).toEqual([1]);
    });

    test('behind the wall of one’s own groups', async (one) => {
      const organizationId = await organization(one);
      const member = (userId: string, groupId: string) =>
        sql(
          one,
          "INSERT INTO group_members (userId, groupId, organizationId, since) VALUES (?, ?, ?, '2031-01-01 00:00:00.000')",
          [userId, groupId, organizationId],
        );
      const [me, mate, stranger, group, other] = [newId(), newId(), newId(), newId(), newId()] as const;
      await member(mate, group);
      await member(stranger, other);
      const event = (n: string, actor: string | null, subject: string | null): AuditRecord => ({
        organizationId,
        key: 'user.updated',
        actor: actor === null ? null : { userId: actor, email: 'a@x' },
        subject: subject === null ? null : { id: subject, email: 's@x' },
        facts: { n },
      });
      await record(
        one,
        event('about me', stranger, me),
        event('by me', me, stranger),
        event('about a mate', stranger, mate),
        event('by a mate', mate, null),
        event('by a mate about a stranger', mate, stranger),
        event('about a stranger', stranger, stranger),
        event('by a stranger', stranger, null),
        event('by nobody', null, null),
      );
      const names = async (search: AuditSearch) =>
        (await pageOf(one, organizationId, search)).nodes.map((found) => found.facts[0]?.value).reverse();
      expect(await names({ visibleTo: { userId: me, groupIds: [group] } })).toEqual([
        'about me',
        'by me',
        'about a mate',
        'by a mate',
      ]);
      expect(await names({ visibleTo: { userId: me, groupIds: [] } })).toEqual(['about me', 'by me']);
      expect(await names({ visibleTo: { userId: me, groupIds: [group] }, subjectId: stranger })).toEqual(['by me']);
      expect(await names({ visibleUserIds: [mate] })).toEqual(['about a mate', 'by a mate']);
      expect(await names({ visibleUserIds: [] })).toEqual([]);
    });
  });

  describe('the resolver', () => {
    const actorOf = (organizationId: string, visibility: Actor['visibility']): Actor => ({
      via: 'session',
      sessionId: 'session',
      userId: 'me',
      email: 'me@example.org',
      organizationId,
      permissions: new Set(['AUDIT_READ']),
      visibility,
      groupIds: [],
      origin: { ip: null, userAgent: null },
    });

    test('shows the actor’s own organization, and of it what he may see', async (one) => {
      const resolver = new AuditResolver(one.unitOfWork, one.audit, one.verifier);
      const [{ organizationId }, { organizationId: other }] = [await sealedTen(one), await sealedTen(one)];
      await record(one, { organizationId, key: 'session.ended', subject: { id: 'me', email: 'me@example.org' } });
      const page = await resolver.auditEvents(actorOf(organizationId, 'ALL'), null, 2, null);
      expect(page).toMatchObject({
        nodes: [{ key: 'session.ended' }, { key: 'second-factor.refused' }],
        pageInfo: { hasNextPage: true },
      });
      const own = await resolver.auditEvents(actorOf(organizationId, 'OWN_GROUPS'), { key: '*' }, null, null);
      expect(own.nodes.map((node) => node.key)).toEqual(['session.ended']);
      await expect(resolver.auditEvents(actorOf(organizationId, 'ALL'), null, 201, null)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });

      await sql(one, 'DELETE FROM audit_heads WHERE organizationId = ?', [other]);
      expect(await resolver.verifyAudit(actorOf(organizationId, 'ALL'))).toMatchObject({
        intact: true,
        eventsChecked: 10,
      });
      expect(await resolver.verifyAudit(actorOf(other, 'ALL'))).toMatchObject({ intact: false });
    });
  });
});
