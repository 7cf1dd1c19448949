import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../platform/database/index.js';
import { AuditChain, CHAIN_START } from './audit-chain.js';
import { AuditChainStore } from './audit-chain.store.js';
import type { AuditVerdict } from './audit-record.js';
import type { RawEvent, RawHead, SealedEvent } from './audit-rows.js';

const BATCH = 1_000;

interface Fault {
  eventId: string | null;
  problem: string;
}
interface Walk {
  checked: number;
  lastMac: string;
  lastPosition: number | null;
  fault: Fault | null;
}

/**
 * Walks the whole chain and writes nothing. What it cannot show: that head and events were all put back together to
 * what they were earlier, or all removed and begun anew. A head that was signed and kept elsewhere shows both
 * (`AuditExporter.signedHead`).
 */
@Injectable()
export class AuditVerifier {
  private readonly running = new Map<string, Promise<AuditVerdict>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: AuditChainStore,
    private readonly chain: AuditChain,
  ) {}

  /** Whoever asks while a walk is under way gets the answer of that walk: asking often must not cost much. */
  verify(organizationId: string): Promise<AuditVerdict> {
    const under = this.running.get(organizationId);
    if (under) return under;
    const walk = this.walkAll(organizationId).finally(() => this.running.delete(organizationId));
    this.running.set(organizationId, walk);
    return walk;
  }

  private async walkAll(organizationId: string): Promise<AuditVerdict> {
    const head = await this.unitOfWork.read((tx) => this.store.head(tx, organizationId));
    const walk = await this.walkSealed(organizationId, head);
    const pending = await this.walkUnsealed(organizationId);
    const fault = walk.fault ?? (await this.faultOfEnd(organizationId, head, walk, pending.count)) ?? pending.fault;
    // The very first events may have been sealed since the head was looked for.
    if (head === null && fault !== null && (await this.hasHead(organizationId))) return this.walkAll(organizationId);
    return {
      intact: fault === null,
      eventsChecked: walk.checked,
      firstBrokenEventId: fault?.eventId ?? null,
      problem: fault?.problem ?? null,
      unsealed: pending.count,
    };
  }

  private hasHead(organizationId: string): Promise<boolean> {
    return this.unitOfWork.read(async (tx) => (await this.store.head(tx, organizationId)) !== null);
  }

  /** As far as the head reaches; what was sealed meanwhile lies behind it and is left for the next time. */
  private async walkSealed(organizationId: string, head: RawHead | null): Promise<Walk> {
    const walk: Walk = { checked: 0, lastMac: CHAIN_START, lastPosition: null, fault: null };
    const end = head?.position ?? Number.POSITIVE_INFINITY;
    while ((walk.lastPosition ?? 0) < end) {
      const events = await this.unitOfWork.read((tx) =>
        this.store.sealedAfter(tx, organizationId, walk.lastPosition, BATCH),
      );
      for (const event of events) {
        if (event.position > end) return walk;
        if (!this.step(walk, event)) return walk;
      }
      if (events.length < BATCH) break;
    }
    return walk;
  }

  /** @returns whether the event is sound */
  private step(walk: Walk, event: SealedEvent): boolean {
    const expected = (walk.lastPosition ?? 0) + 1;
    walk.checked += 1;
    walk.fault = this.faultOfEvent(event, expected, walk.lastMac);
    walk.lastPosition = event.position;
    walk.lastMac = event.mac ?? '';
    return walk.fault === null;
  }

  private faultOfEvent(event: SealedEvent, expected: number, previousMac: string): Fault | null {
    const fault = (problem: string): Fault => ({ eventId: event.id, problem });
    const gap = event.position - expected;
    if (gap !== 0) {
      return gap > 0 && Number.isInteger(gap)
        ? fault(`${gap} event(s) before place ${event.position} were removed.`)
        : fault(`An event was inserted at place ${event.position}.`);
    }
    const origin = this.chain.checkEvent(event, expected, previousMac);
    if (origin === 'own') return null;
    if (origin === 'foreign') {
      return fault(`The event at place ${expected} was inserted past the service, or changed before it was sealed.`);
    }
    return fault(
      this.chain.knowsKey(event.macKeyId)
        ? `The event at place ${expected} was changed, moved, exchanged, or taken from elsewhere.`
        : `The event at place ${expected} cannot be checked: its key is not in SECRET_KEYS.`,
    );
  }

  private async faultOfEnd(
    organizationId: string,
    head: RawHead | null,
    walk: Walk,
    unsealed: number,
  ): Promise<Fault | null> {
    if (head === null) return faultWithoutHead(walk, unsealed);
    if (!this.chain.checkHead(head)) {
      const reason = this.chain.knowsKey(head.headKeyId)
        ? 'was altered'
        : 'cannot be checked: its key is not in SECRET_KEYS';
      return { eventId: null, problem: `The head of the audit ${reason}.` };
    }
    const last = walk.lastPosition ?? 0;
    if (last < head.position) {
      return { eventId: head.lastEventId, problem: `${head.position - last} event(s) were removed from the end.` };
    }
    // Only for an event that was sealed by a key of ours and yet is not the one that the head was made for.
    if (walk.lastMac !== head.lastMac) {
      return { eventId: head.lastEventId, problem: 'The last event is not the one that the head of the audit names.' };
    }
    const beyond = await this.unitOfWork.read((tx) => this.store.beyondHead(tx, organizationId));
    return beyond === null ? null : { eventId: beyond, problem: 'An event was added behind the end of the audit.' };
  }

  private async walkUnsealed(organizationId: string): Promise<{ count: number; fault: Fault | null }> {
    const result: { count: number; fault: Fault | null } = { count: 0, fault: null };
    let events: RawEvent[] = [];
    do {
      const after = events.at(-1)?.id;
      events = await this.unitOfWork.read((tx) => this.store.unsealed(tx, organizationId, BATCH, after));
      result.count += events.length;
      const foreign = events.find((event) => this.isForeign(event));
      if (foreign) {
        result.fault ??= {
          eventId: foreign.id,
          problem: 'An event that is not sealed yet was inserted past the service, or changed.',
        };
      }
    } while (events.length === BATCH);
    return result;
  }

  /** With a key that is not known here, it may be of a process that a rotation has reached already: not known yet. */
  private isForeign(event: RawEvent): boolean {
    const checkable = event.macKeyId === null || this.chain.knowsKey(event.macKeyId);
    return checkable && !this.chain.checkDraft(event);
  }
}

function faultWithoutHead(walk: Walk, unsealed: number): Fault | null {
  if (walk.checked > 0) return { eventId: null, problem: 'The head of the audit is missing.' };
  // The first thing in every organization's audit is its creation.
  return unsealed > 0 ? null : { eventId: null, problem: 'There is no event at all, not even the creation.' };
}
