import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../platform/crypto/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { AuditChain, CHAIN_START } from './audit-chain.js';
import { AuditChainStore, LostRace, type Seal } from './audit-chain.store.js';
import { instantText, type RawEvent, type RawHead } from './audit-rows.js';

const BATCH = 250;
/** So long a process waits for a key that another one has got already in the course of a rotation. */
const UNKNOWN_KEY_WAIT_MS = 10 * 60_000;
const LOST_RACES = 20;

type Batch = 'nothing' | 'lost' | 'broken' | number;

/**
 * Puts what was written since into the chain of its organization. Reading and reckoning happen outside of the
 * transaction; inside are two guarded writes, the head's first, so that of two processes one waits a moment and loses.
 */
@Injectable()
export class AuditSealer {
  private readonly logger = new Logger(AuditSealer.name);
  private readonly complainedOf = new Set<string>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: AuditChainStore,
    private readonly chain: AuditChain,
    private readonly clock: Clock,
  ) {}

  /** @returns how many events were sealed, by this call */
  async sealPending(limit = Number.POSITIVE_INFINITY): Promise<number> {
    const organizations = await this.unitOfWork.read((tx) => this.store.organizationsWithUnsealed(tx));
    let sealed = 0;
    for (const organizationId of organizations) {
      if (sealed >= limit) break;
      sealed += await this.sealOrganization(organizationId, limit - sealed);
    }
    return sealed;
  }

  /** Organizations whose audit this process has found that it cannot seal any further. */
  get blocked(): number {
    return this.complainedOf.size;
  }

  /** How long the oldest event has waited for its place in the chain, in seconds; 0 where none waits. */
  async oldestUnsealedSeconds(): Promise<number> {
    const at = await this.unitOfWork.read((tx) => this.store.oldestUnsealed(tx));
    return at === null ? 0 : Math.max(0, (this.clock.now().getTime() - at.getTime()) / 1_000);
  }

  private async sealOrganization(organizationId: string, limit: number): Promise<number> {
    let sealed = 0;
    let lost = 0;
    while (sealed < limit && lost < LOST_RACES) {
      const batch = await this.sealBatch(organizationId, Math.min(BATCH, limit - sealed));
      if (batch === 'lost') lost += 1;
      else if (typeof batch === 'number') sealed += batch;
      else break;
    }
    // Nobody loses that often to another process: a place behind the end is taken by what does not belong there.
    if (lost === LOST_RACES) this.complain(organizationId, 'its next place is taken, or others keep sealing it');
    return sealed;
  }

  private async sealBatch(organizationId: string, size: number): Promise<Batch> {
    // The head before the events: were it the other way round, a head that has moved on would go with events it holds.
    const head = await this.unitOfWork.read((tx) => this.store.head(tx, organizationId));
    if (head !== null && !this.chain.checkHead(head)) return this.refuseHead(organizationId);
    const pending = await this.unitOfWork.read((tx) => this.store.unsealed(tx, organizationId, size));
    const { seals, next } = this.link(organizationId, head, pending);
    if (seals.length === 0) return 'nothing';
    try {
      await this.unitOfWork.run(async (tx) => {
        await this.store.moveHead(tx, head, next);
        await this.store.seal(tx, organizationId, seals);
      });
    } catch (error) {
      if (error instanceof LostRace) return 'lost';
      throw error;
    }
    return seals.length;
  }

  private link(organizationId: string, head: RawHead | null, pending: RawEvent[]) {
    let position = head?.position ?? 0;
    let lastMac = head?.lastMac ?? CHAIN_START;
    let lastEventId = head?.lastEventId ?? '';
    const seals: Seal[] = [];
    for (const event of pending) {
      const own = this.chain.checkDraft(event);
      if (!own && this.mayBeAnothersKey(event)) continue;
      // What somebody put into the table past the service is chained as such, so that it shows and holds nothing up.
      const { keyId, mac } = this.chain.signEvent(event, position + 1, lastMac, own ? 'own' : 'foreign');
      position += 1;
      lastMac = mac;
      lastEventId = event.id;
      seals.push({ id: event.id, position, mac, keyId });
    }
    const content = { organizationId, position, lastMac, lastEventId, sealedAt: this.clock.now() };
    const { keyId, mac } = this.chain.signHead(content);
    return { seals, next: { ...content, headKeyId: keyId, headMac: mac } };
  }

  private mayBeAnothersKey(event: RawEvent): boolean {
    if (event.macKeyId === null || this.chain.knowsKey(event.macKeyId)) return false;
    const written = Date.parse(instantText(event.at));
    // A time in the future must not make it wait longer.
    return Math.abs(this.clock.now().getTime() - written) < UNKNOWN_KEY_WAIT_MS;
  }

  /** To go on from a head that nobody vouches for would give a chain that was tampered with a sound end. */
  private refuseHead(organizationId: string): Batch {
    this.complain(organizationId, 'its head was altered, or its key is not in SECRET_KEYS');
    return 'broken';
  }

  /** Once for each process, not once a second. */
  private complain(organizationId: string, why: string): void {
    if (this.complainedOf.has(organizationId)) return;
    this.complainedOf.add(organizationId);
    this.logger.error(
      `The audit of organization ${organizationId} cannot be sealed any further: ${why}. Please verify it.`,
    );
  }
}
