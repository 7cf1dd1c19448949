import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { columnsOf, instantParam, isDuplicateKey, type Tx } from '../platform/database/index.js';
import type { Page, PageRequest } from '../shared/page.js';
import { refuse, type Refusal } from '../shared/outcome.js';
import { UserEntity } from './user.entity.js';
import { filteredUsers, pageOfUsers, type Sight, visibleUsers } from './user-search.js';
import type { UserFilter } from './users.types.js';

@Injectable()
export class UsersStore {
  /** @param email in its normalized form */
  async byEmail(tx: Tx, email: string): Promise<UserEntity | null> {
    return this.one(tx, 'email', email);
  }

  async byId(tx: Tx, id: string): Promise<UserEntity | null> {
    return this.one(tx, 'id', id);
  }

  private async one(tx: Tx, column: 'id' | 'email', value: string): Promise<UserEntity | null> {
    const user = columnsOf(tx, UserEntity, 'u');
    const [row] = await tx.rows(`SELECT ${user.select} FROM users u WHERE u.${column} = ?`, [value]);
    return row === undefined ? null : user.read(row);
  }

  async byIds(tx: Tx, ids: readonly string[]): Promise<UserEntity[]> {
    return ids.length === 0 ? [] : tx.repository(UserEntity).findBy({ id: In([...ids]) });
  }

  async visible(tx: Tx, sight: Sight, id: string): Promise<UserEntity | null> {
    return visibleUsers(tx, sight).andWhere('u.id = :id', { id }).getOne();
  }

  /** Those of these users whom the caller may see; for a page of ids, not for thousands. */
  async visibleAmong(tx: Tx, sight: Sight, ids: readonly string[]): Promise<UserEntity[]> {
    if (ids.length === 0) return [];
    return visibleUsers(tx, sight)
      .andWhere('u.id IN (:...ids)', { ids: [...ids] })
      .getMany();
  }

  /** Both ends included. */
  async visibleIdsBetween(tx: Tx, sight: Sight, from: string, to: string): Promise<string[]> {
    const query = visibleUsers(tx, sight).andWhere('u.id >= :from AND u.id <= :to', { from, to });
    const rows = await query.select('u.id', 'id').getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  async page(tx: Tx, sight: Sight, filter: UserFilter, page: PageRequest): Promise<Page<UserEntity>> {
    return pageOfUsers(tx, sight, filter, page);
  }

  async count(tx: Tx, sight: Sight, filter: UserFilter): Promise<number> {
    return filteredUsers(tx, sight, filter).getCount();
  }

  /** For bulk work: the users after an id, in the order of ids. */
  async batch(tx: Tx, sight: Sight, filter: UserFilter, afterId: string, size: number): Promise<UserEntity[]> {
    return filteredUsers(tx, sight, filter)
      .andWhere('u.id > :afterId', { afterId })
      .orderBy('u.id', 'ASC')
      .limit(size)
      .getMany();
  }

  async insert(tx: Tx, user: UserEntity): Promise<Refusal | null> {
    try {
      await tx.manager.insert(UserEntity, user);
      return null;
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('EMAIL_TAKEN');
      throw error;
    }
  }

  /** Changes the named columns only, so that nothing else of a row that was read a moment ago is written back. */
  async update(tx: Tx, id: string, change: Partial<UserEntity>): Promise<Refusal | null> {
    try {
      if (Object.keys(change).length > 0) await tx.manager.update(UserEntity, { id }, change);
      return null;
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('EMAIL_TAKEN');
      throw error;
    }
  }

  /**
   * Notes a sign-in, and keeps others from changing the user until it is committed. False where the user has got
   * another password, a reset or a role, or was deactivated, since this row was read: all of these move the epoch.
   * @param proven whether by a factor of this account: nothing less ends its count of failures
   */
  async signedIn(tx: Tx, { id, trustEpoch }: UserEntity, at: Date, proven: boolean): Promise<boolean> {
    const cleared = proven ? ', factorTries = 0, lockedUntil = NULL' : '';
    const text = `UPDATE users SET lastSignInAt = ?${cleared} WHERE id = ? AND trustEpoch = ? AND active = ?`;
    return (await tx.write(text, [instantParam(at), id, trustEpoch, 1])) === 1;
  }

  /** Keeps others from changing the user until the end of the transaction; what is read after it still holds then. */
  async hold(tx: Tx, id: string): Promise<void> {
    await tx.write('UPDATE users SET id = id WHERE id = ?', [id]);
  }

  /** Ends the trust in every browser of these users. */
  async moveTrustEpoch(tx: Tx, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += 500) {
      await tx.manager.increment(UserEntity, { id: In(ids.slice(from, from + 500)) }, 'trustEpoch', 1);
    }
  }
}
