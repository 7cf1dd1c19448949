import { Injectable } from '@nestjs/common';
import { Clock, Random } from '../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../platform/database/index.js';
import { refuse, type Refusal } from '../shared/outcome.js';
import { OrganizationEntity } from './organization.entity.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async create(tx: Tx, name: string): Promise<OrganizationEntity | Refusal> {
    const now = this.clock.now();
    const row = { id: this.random.id(now), name: name.trim(), version: 1, createdAt: now };
    if (row.name === '' || row.name.length > 120) {
      return refuse('INVALID_VALUE', { message: 'The name of an organization has from 1 to 120 characters.' });
    }
    try {
      await tx.manager.insert(OrganizationEntity, row);
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
    return tx.manager.create(OrganizationEntity, row);
  }

  /** The one that a fresh installation begins with. */
  async first(tx: Tx): Promise<OrganizationEntity | null> {
    const [first] = await tx.repository(OrganizationEntity).find({ order: { createdAt: 'ASC', id: 'ASC' }, take: 1 });
    return first ?? null;
  }

  async all(tx: Tx): Promise<OrganizationEntity[]> {
    return tx.repository(OrganizationEntity).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }

  async byName(tx: Tx, name: string): Promise<OrganizationEntity | null> {
    return tx.repository(OrganizationEntity).findOneBy({ name });
  }

  /** Moves with every change to settings, roles and groups: whoever has read those knows by it if they still hold. */
  async version(tx: Tx, organizationId: string): Promise<number> {
    const [row] = await tx.rows('SELECT version FROM organizations WHERE id = ?', [organizationId]);
    if (row === undefined) throw new Error('An organization is gone.');
    return Number(row.version);
  }

  /**
   * Takes the organization's row lock until the transaction ends, and moves its version. Every change that could lock
   * the administrators out begins with it, so that two of them, each harmless alone, cannot pass each other.
   */
  async lockForChange(tx: Tx, organizationId: string): Promise<void> {
    await tx.manager.increment(OrganizationEntity, { id: organizationId }, 'version', 1);
  }
}
