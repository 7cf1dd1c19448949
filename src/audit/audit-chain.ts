import { Injectable } from '@nestjs/common';
import { KeyRing, Mac } from '../platform/crypto/index.js';
import type { RawEvent, RawHead } from './audit-rows.js';
import { instantText } from './audit-rows.js';

/** What the mac of the first event takes for the mac before it. */
export const CHAIN_START = '0'.repeat(64);

export interface Signature {
  keyId: string;
  mac: string;
}

/** How an event came by its mac. `foreign`: the service sealed it, and said so, without having written it. */
export type EventOrigin = 'own' | 'foreign' | 'broken';

const DRAFT = 'audit-draft';
const EVENT = 'audit-event';
const FOREIGN = 'audit-foreign';
const HEAD = 'audit-head';

/**
 * The arithmetic of the chain. Each mac covers the organization, the place, the mac before it and all that the event
 * says, byte for byte as the database returns it; without a key of the ring none of them can be made.
 */
@Injectable()
export class AuditChain {
  constructor(
    private readonly mac: Mac,
    private readonly ring: KeyRing,
  ) {}

  /** Made when the event is written: between then and the sealing, nobody can change it or slip in one of his own. */
  signDraft(event: RawEvent): Signature {
    return this.mac.sign(DRAFT, JSON.stringify(contentOf(event)));
  }

  checkDraft(event: RawEvent): boolean {
    return this.holds(DRAFT, JSON.stringify(contentOf(event)), event.macKeyId, event.mac);
  }

  signEvent(event: RawEvent, position: number, previousMac: string, origin: 'own' | 'foreign'): Signature {
    return this.mac.sign(origin === 'own' ? EVENT : FOREIGN, linkOf(event, position, previousMac));
  }

  checkEvent(event: RawEvent, position: number, previousMac: string): EventOrigin {
    const link = linkOf(event, position, previousMac);
    if (this.holds(EVENT, link, event.macKeyId, event.mac)) return 'own';
    return this.holds(FOREIGN, link, event.macKeyId, event.mac) ? 'foreign' : 'broken';
  }

  signHead(head: HeadContent): Signature {
    return this.mac.sign(HEAD, headText(head));
  }

  checkHead(head: RawHead): boolean {
    return this.holds(HEAD, headText(head), head.headKeyId, head.headMac);
  }

  /** False during a rotation in a process that has not got the new key yet, and after an old one was thrown away. */
  knowsKey(keyId: string | null): boolean {
    return keyId !== null && this.ring.ids().includes(keyId);
  }

  private holds(purpose: string, data: string, keyId: string | null, mac: string | null): boolean {
    return keyId !== null && mac !== null && this.mac.verify(purpose, data, keyId, mac);
  }
}

export type HeadContent = Omit<RawHead, 'headMac' | 'headKeyId'>;

const headText = (head: HeadContent): string =>
  JSON.stringify([head.organizationId, head.position, head.lastMac, head.lastEventId, instantText(head.sealedAt)]);

const linkOf = (event: RawEvent, position: number, previousMac: string): string =>
  JSON.stringify([event.organizationId, position, previousMac, ...contentOf(event).slice(1)]);

/** A list, not an object: its order is given here and nowhere else. */
const contentOf = (event: RawEvent): unknown[] => [
  event.organizationId,
  event.id,
  instantText(event.at),
  event.eventKey,
  event.actorId,
  event.actorEmail,
  event.subjectId,
  event.subjectEmail,
  event.ip,
  event.userAgent,
  event.facts,
];
