import { Injectable } from '@nestjs/common';
import { Clock, KeyRing } from '../platform/crypto/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { AuditChainStore } from './audit-chain.store.js';
import { CHAIN_START } from './audit-chain.js';
import { csvLine } from './audit-csv.js';
import { instantText, RAW_EVENT_COLUMNS, type RawEvent } from './audit-rows.js';
import { openHead, signHead } from './audit-signed-head.js';

const BATCH = 1_000;

export type AuditFormat = 'ndjson' | 'csv';

export interface SignedHeadCheck {
  ok: boolean;
  /** Null when ok. */
  problem: string | null;
}

@Injectable()
export class AuditExporter {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: AuditChainStore,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Every event, oldest first, as whole lines with their ends: a JSON object each, or CSV below a line of names.
   * Events that are not sealed yet have no position. Only a batch at a time is in memory.
   */
  async *lines(organizationId: string, format: AuditFormat): AsyncGenerator<string, void, undefined> {
    if (format === 'csv') yield csvLine(RAW_EVENT_COLUMNS);
    let events: RawEvent[] = [];
    do {
      const after = events.at(-1)?.id ?? '';
      events = await this.unitOfWork.readAside((tx) => this.store.byId(tx, organizationId, after, BATCH));
      for (const event of events) yield format === 'csv' ? csvOf(event) : `${JSON.stringify(jsonOf(event))}\n`;
    } while (events.length === BATCH);
  }

  ndjson(organizationId: string): AsyncGenerator<string, void, undefined> {
    return this.lines(organizationId, 'ndjson');
  }

  csv(organizationId: string): AsyncGenerator<string, void, undefined> {
    return this.lines(organizationId, 'csv');
  }

  /**
   * How far the chain reaches now, signed (EdDSA, compact JWS, RFC 7515). Kept where this database cannot be written
   * from, it shows later that the audit was cut back, replaced or begun anew.
   */
  async signedHead(organizationId: string): Promise<string> {
    const head = await this.unitOfWork.read((tx) => this.store.head(tx, organizationId));
    return signHead(this.ring, {
      organizationId,
      position: head?.position ?? 0,
      mac: head?.lastMac ?? CHAIN_START,
      at: this.clock.now().toISOString(),
    });
  }

  /** Whether the head is ours and the chain still holds what it says. Verifies no event; `AuditVerifier` does. */
  async checkSignedHead(jws: string): Promise<SignedHeadCheck> {
    const signed = await openHead(this.ring, jws);
    if (signed === null) return refused('This head was not signed by this installation, or was altered.');
    const { organizationId, position, mac, at } = signed;
    if (position === 0) return { ok: true, problem: null };
    const [head, macNow] = await this.unitOfWork.read(async (tx) => [
      await this.store.head(tx, organizationId),
      await this.store.macAt(tx, organizationId, position),
    ]);
    if (head === null || head.position < position) {
      return refused(`The audit ends at place ${head?.position ?? 0}; on ${at} it reached to ${position}.`);
    }
    if (macNow === null) return refused(`The event at place ${position} is missing; it was there on ${at}.`);
    return macNow === mac
      ? { ok: true, problem: null }
      : refused(`Place ${position} does not hold what it held on ${at}.`);
  }
}

const refused = (problem: string): SignedHeadCheck => ({ ok: false, problem });

const csvOf = (event: RawEvent): string => {
  const row = { ...event, at: instantText(event.at) };
  return csvLine(RAW_EVENT_COLUMNS.map((column) => row[column]));
};

const jsonOf = (event: RawEvent): object => ({ ...event, at: instantText(event.at), facts: parsedOr(event.facts) });

/** Somebody may have broken the text in the table; the export shows it as it stands rather than end there. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
