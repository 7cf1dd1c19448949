import { Injectable } from '@nestjs/common';
import { Clock, Random } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { type Page, type PageRequest, toPage } from '../shared/page.js';
import { AuditChain } from './audit-chain.js';
import type { AuditEventEntity } from './audit-event.entity.js';
import { cleanText, factsOf } from './audit-facts.js';
import type { AuditRecord, AuditSearch } from './audit-record.js';
import { AuditStore } from './audit.store.js';

const EMAIL_LENGTH = 254;
const IP_LENGTH = 64;
const USER_AGENT_LENGTH = 400;

@Injectable()
export class AuditService {
  private readonly pending = new WeakMap<Tx, AuditEventEntity[]>();

  constructor(
    private readonly store: AuditStore,
    private readonly chain: AuditChain,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /**
   * Written in the caller's transaction: the event is there exactly if the change is, and no writer waits for
   * another, as each would for the end of a chain. The sealer puts it into the chain shortly after. All events of a
   * transaction go in one insert at its end.
   * @throws Error for a fact whose name is that of a secret
   */
  async record(tx: Tx, event: AuditRecord): Promise<void> {
    await this.recordMany(tx, [event]);
  }

  async recordMany(tx: Tx, events: readonly AuditRecord[]): Promise<void> {
    const rows = events.map((event) => this.toRow(event));
    const pending = this.pending.get(tx);
    if (pending !== undefined) {
      pending.push(...rows);
      return;
    }
    this.pending.set(tx, rows);
    tx.beforeCommit(() => this.store.insert(tx, rows));
  }

  /** Newest first. */
  async page(
    tx: Tx,
    organizationId: string,
    search: AuditSearch,
    request: PageRequest,
  ): Promise<Page<AuditEventEntity>> {
    const rows = await this.store.page(tx, organizationId, search, request);
    return toPage(rows, request, (row) => row.id);
  }

  private toRow(event: AuditRecord): AuditEventEntity {
    const at = this.clock.now();
    const { actor, subject, origin } = event;
    const row: AuditEventEntity = {
      id: this.random.id(at),
      organizationId: event.organizationId,
      at,
      eventKey: event.key,
      actorId: actor?.userId ?? null,
      actorEmail: cleanOrNull(actor?.email, EMAIL_LENGTH),
      subjectId: subject?.id ?? null,
      subjectEmail: cleanOrNull(subject?.email, EMAIL_LENGTH),
      ip: cleanOrNull(origin?.ip, IP_LENGTH),
      userAgent: cleanOrNull(origin?.userAgent, USER_AGENT_LENGTH),
      facts: factsOf(event.facts),
      position: null,
      mac: null,
      macKeyId: null,
    };
    // The column keeps its JSON as this very text.
    const { keyId, mac } = this.chain.signDraft({ ...row, facts: JSON.stringify(row.facts) });
    return { ...row, mac, macKeyId: keyId };
  }
}

const cleanOrNull = (text: string | null | undefined, length: number): string | null =>
  text === null || text === undefined ? null : cleanText(text, length);
