import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyRing, Mac } from '../platform/crypto/index.js';
import { AuditChain, CHAIN_START } from './audit-chain.js';
import type { RawEvent, RawHead } from './audit-rows.js';

const ring = KeyRing.parse(KeyRing.generate());
const chain = new AuditChain(new Mac(ring), ring);

const EVENT: RawEvent = {
  id: '01890000-0000-7000-8000-000000000001',
  organizationId: 'org',
  at: '2026-03-02 09:00:00.000',
  eventKey: 'sign-in.succeeded',
  actorId: 'a',
  actorEmail: 'a@example.com',
  subjectId: 's',
  subjectEmail: 's@example.com',
  ip: '192.0.2.1',
  userAgent: 'Browser',
  facts: '[]',
  position: 1,
  mac: null,
  macKeyId: null,
};
const CHANGES: [keyof RawEvent, string | Date | null][] = [
  ['id', '01890000-0000-7000-8000-000000000002'],
  ['organizationId', 'other'],
  ['at', '2026-03-02 09:00:00.001'],
  ['eventKey', 'sign-in.refused'],
  ['actorId', null],
  ['actorEmail', 'b@example.com'],
  ['subjectId', 'a'],
  ['subjectEmail', null],
  ['ip', '192.0.2.2'],
  ['userAgent', 'Another'],
  ['facts', '[{}]'],
];
const signed = (event: RawEvent, { mac, keyId }: { mac: string; keyId: string }): RawEvent => ({
  ...event,
  mac,
  macKeyId: keyId,
});

describe('a draft', () => {
  const draft = signed(EVENT, chain.signDraft(EVENT));

  it('holds as it was written', () => {
    expect(chain.checkDraft(draft)).toBe(true);
    expect(chain.checkDraft({ ...draft, at: new Date('2026-03-02T09:00:00.000Z') })).toBe(true);
  });

  it.each(CHANGES)('does not hold with another %s', (name, value) => {
    expect(chain.checkDraft({ ...draft, [name]: value })).toBe(false);
  });

  it.each<Partial<RawEvent>>([{ mac: null }, { macKeyId: null }, { mac: '' }, { macKeyId: 'unknown' }])(
    'does not hold with %j',
    (change) => {
      expect(chain.checkDraft({ ...draft, ...change })).toBe(false);
    },
  );

  it('is no sealed event', () => {
    expect(chain.checkEvent(draft, 1, CHAIN_START)).toBe('broken');
  });
});

describe('a sealed event', () => {
  const own = signed(EVENT, chain.signEvent(EVENT, 1, CHAIN_START, 'own'));
  const foreign = signed(EVENT, chain.signEvent(EVENT, 1, CHAIN_START, 'foreign'));

  it('is told from one that the service had not written', () => {
    expect(chain.checkEvent(own, 1, CHAIN_START)).toBe('own');
    expect(chain.checkEvent(foreign, 1, CHAIN_START)).toBe('foreign');
    expect(own.mac).not.toBe(foreign.mac);
  });

  it('is no draft', () => {
    expect(chain.checkDraft(own)).toBe(false);
    expect(chain.checkDraft(foreign)).toBe(false);
  });

  it('is broken at another place or behind another event', () => {
    expect(chain.checkEvent(own, 2, CHAIN_START)).toBe('broken');
    expect(chain.checkEvent(own, 1, '1'.repeat(64))).toBe('broken');
  });

  it.each(CHANGES)('is broken with another %s', (name, value) => {
    expect(chain.checkEvent({ ...own, [name]: value }, 1, CHAIN_START)).toBe('broken');
    expect(chain.checkEvent({ ...foreign, [name]: value }, 1, CHAIN_START)).toBe('broken');
  });

  it.each<Partial<RawEvent>>([{ mac: null }, { macKeyId: null }])('is broken with %j', (change) => {
    expect(chain.checkEvent({ ...own, ...change }, 1, CHAIN_START)).toBe('broken');
  });

  it('moves no text from one column to its neighbour', () => {
    const moved = { ...own, ip: null, userAgent: '192.0.2.1' };
    expect(chain.checkEvent(moved, 1, CHAIN_START)).toBe('broken');
  });
});

describe('a head', () => {
  const content = {
    organizationId: 'org',
    position: 7,
    lastMac: 'ab'.repeat(32),
    lastEventId: 'e7',
    sealedAt: '2026-03-02 09:00:00.000',
  };
  const { mac, keyId } = chain.signHead(content);
  const head: RawHead = { ...content, headMac: mac, headKeyId: keyId };

  it('holds as it was written', () => {
    expect(chain.checkHead(head)).toBe(true);
  });

  it.each<Partial<RawHead>>([
    { organizationId: 'other' },
    { position: 6 },
    { lastMac: 'cd'.repeat(32) },
    { lastEventId: 'e6' },
    { sealedAt: '2026-03-02 09:00:01.000' },
    { headMac: 'ab'.repeat(32) },
    { headKeyId: 'unknown' },
  ])('does not hold with %j', (change) => {
    expect(chain.checkHead({ ...head, ...change })).toBe(false);
  });

  it('begins where nothing is before it', () => {
    expect(CHAIN_START).toBe('0'.repeat(64));
  });
});

describe('keys', () => {
  it('are known by their id', () => {
    expect(chain.knowsKey(ring.currentId)).toBe(true);
    expect(chain.knowsKey('unknown')).toBe(false);
    expect(chain.knowsKey(null)).toBe(false);
  });

  it('of another ring make other macs', () => {
    const other = KeyRing.parse(KeyRing.generate());
    const stranger = new AuditChain(new Mac(other), other);
    expect(chain.checkDraft(signed(EVENT, stranger.signDraft(EVENT)))).toBe(false);
  });
});

describe('what was written by an earlier version', () => {
  // Anything that makes other macs of the same rows would call every audit that stands a broken one.
  const fixed = KeyRing.parse(`k1:${createHash('sha256').update('the same in every run').digest('base64')}`);
  const standing = new AuditChain(new Mac(fixed), fixed);
  const head = { organizationId: 'org', position: 7, lastMac: CHAIN_START, lastEventId: 'e7', sealedAt: EVENT.at };

  it.each([
    ['a draft', () => standing.signDraft(EVENT), 'b089c48099fe7e5bf74936c9c60becf0ee45c47c9bbb93bda9883ac93e10261e'],
    [
      'an event',
      () => standing.signEvent(EVENT, 1, CHAIN_START, 'own'),
      'e97f4a3f82de4f4f60c527466a31d5411c27794fef735adf14d93fbbebb11a0d',
    ],
    [
      'a foreign event',
      () => standing.signEvent(EVENT, 1, CHAIN_START, 'foreign'),
      '3433495bb028f79a11bd2d2deffe763d501a2b9e5f456e5a7f4fd806cb8fe7ae',
    ],
    ['a head', () => standing.signHead(head), '5e8d0d6c7125b3dda1c00b2faa35ce96640f68e1ca99c4b6d697281c175de78d'],
  ])('%s still has its mac', (_name, sign, mac) => {
    expect(sign()).toEqual({ keyId: 'k1', mac });
  });
});
