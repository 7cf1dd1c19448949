import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock, Random, Sealer } from '../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../platform/database/index.js';
import { type Page, type PageRequest, toPage } from '../shared/page.js';
import { HardwareTokenEntity } from './hardware-token.entity.js';
import { parseTokenCsv } from './hardware-token.policy.js';
import { tokenSeed } from './places.js';

/** Key fobs and cards. A seed comes in by import, is sealed at once, and is never read back. */
@Injectable()
export class HardwareTokensService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly sealer: Sealer,
  ) {}

  /** All lines or none. */
  async import(tx: Tx, organizationId: string, csv: string): Promise<{ imported: number; problems: string[] }> {
    const { tokens, problems } = parseTokenCsv(csv);
    const serials = tokens.map(({ serial }) => serial);
    for (let from = 0; from < serials.length; from += 500) {
      const some = serials.slice(from, from + 500);
      const standing = await tx.repository(HardwareTokenEntity).findBy({ organizationId, serial: In(some) });
      problems.push(...standing.map(({ serial }) => `The token ${serial} is known already.`));
    }
    if (problems.length > 0) return { imported: 0, problems };
    const now = this.clock.now();
    const rows = tokens.map(({ seed, ...token }) => {
      const id = this.random.id(now);
      const seedSealed = this.sealer.seal(seed, tokenSeed(id));
      return {
        id,
        organizationId,
        ...token,
        seedSealed,
        lastStep: -1,
        state: 'FREE' as const,
        userId: null,
        createdAt: now,
      };
    });
    try {
      for (let from = 0; from < rows.length; from += 200) {
        await tx.manager.insert(HardwareTokenEntity, rows.slice(from, from + 200));
      }
    } catch (error) {
      // Somebody imports the same file at this moment. Half of it must not stand: the transaction is given up.
      if (isDuplicateKey(error)) throw new DuplicateImport();
      throw error;
    }
    return { imported: rows.length, problems: [] };
  }

  async page(tx: Tx, organizationId: string, page: PageRequest): Promise<Page<HardwareTokenEntity>> {
    const query = tx
      .repository(HardwareTokenEntity)
      .createQueryBuilder('t')
      .where('t.organizationId = :organizationId', { organizationId })
      .orderBy('t.serial', 'ASC')
      .limit(page.first + 1);
    if (page.after !== null) query.andWhere('t.serial > :after', { after: page.after });
    return toPage(await query.getMany(), page, (token) => token.serial);
  }

  async byId(tx: Tx, organizationId: string, id: string): Promise<HardwareTokenEntity | null> {
    return tx.repository(HardwareTokenEntity).findOneBy({ organizationId, id });
  }

  /** The token that a user was given and has not proven yet. */
  async assignedTo(tx: Tx, userId: string): Promise<HardwareTokenEntity | null> {
    return tx.repository(HardwareTokenEntity).findOneBy({ userId, state: 'ASSIGNED' });
  }

  async usersWithAssigned(tx: Tx, userIds: readonly string[]): Promise<Set<string>> {
    if (userIds.length === 0) return new Set();
    const rows = await tx.repository(HardwareTokenEntity).findBy({ userId: In([...userIds]), state: 'ASSIGNED' });
    return new Set(rows.flatMap(({ userId }) => userId ?? []));
  }

  /** True for exactly one caller. */
  async assign(tx: Tx, id: string, userId: string): Promise<boolean> {
    const { affected } = await tx.manager.update(
      HardwareTokenEntity,
      { id, state: 'FREE' },
      { state: 'ASSIGNED', userId },
    );
    return affected === 1;
  }

  async prove(tx: Tx, id: string, userId: string): Promise<boolean> {
    const { affected } = await tx.manager.update(
      HardwareTokenEntity,
      { id, userId, state: 'ASSIGNED' },
      { state: 'PROVEN' },
    );
    return affected === 1;
  }

  async release(tx: Tx, id: string, lost: boolean): Promise<void> {
    await tx.manager.update(HardwareTokenEntity, { id }, { state: lost ? 'LOST' : 'FREE', userId: null });
  }

  /** After a reset the person proves the token anew. */
  async unprove(tx: Tx, userId: string): Promise<void> {
    await tx.manager.update(HardwareTokenEntity, { userId, state: 'PROVEN' }, { state: 'ASSIGNED' });
  }
}

export class DuplicateImport extends Error {
  constructor() {
    super('One of the serial numbers is known already.');
  }
}
