import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Reach } from './reach.policy.js';
import {
  factorsStatement,
  GROUP_MEMBERS,
  membershipStatements,
  ROLE_MEMBERS,
  type Statement,
  type UserColumns,
  usersStatement,
  type Within,
} from './sign.sql.js';

const BATCH = 20_000;
/** Below this the ids are named: a range over a large table would be mostly other organizations' rows. */
const FEW = 500;

/** Users with the same sign are decided alike. */
export interface UserSign {
  id: string;
  sign: string;
  /** Empty unless asked for. */
  email: string;
}

export interface SignsRequest extends UserColumns {
  organizationId: string;
  reach: Reach;
}

interface SignRow {
  id: string;
  sign: number | string;
  email?: string;
}

/**
 * Reads all that the decision looks at, for every active person of an organization, as one short sign for each: a
 * million entities would take a minute and all of the memory. Rows of the four tables come in the order of the user's
 * id, a batch at a time, and are joined here; a join by the database takes three times as long.
 */
@Injectable()
export class UserSignsStore {
  /** Users at a time. */
  batchSize = BATCH;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async *batches(request: SignsRequest): AsyncGenerator<UserSign[], void, undefined> {
    const { reach } = request;
    const parts = [
      factorsStatement,
      ...membershipStatements(ROLE_MEMBERS, reach.roles, reach.cutoffs),
      ...membershipStatements(GROUP_MEMBERS, reach.groups, reach.cutoffs),
    ];
    let after = '';
    let coming = this.users(request, after);
    for (;;) {
      const users = await coming;
      const last = users.at(-1);
      if (last === undefined) return;
      const within = users.length <= FEW ? { ids: users.map(({ id }) => id) } : { after, upTo: last.id };
      // Read ahead: the database works while the rows at hand are looked at.
      coming = users.length < this.batchSize ? Promise.resolve([]) : this.users(request, last.id);
      // It is awaited in the next round; until then a failure must not count as unhandled.
      coming.catch(() => undefined);
      after = last.id;
      yield joined(users, await this.parts(parts, within));
    }
  }

  private users(request: SignsRequest, after: string): Promise<SignRow[]> {
    const { organizationId } = request;
    return this.unitOfWork.readAside((tx) =>
      rows(tx, usersStatement(request, { organizationId, after, size: this.batchSize })),
    );
  }

  private parts(statements: readonly ((within: Within) => Statement)[], within: Within): Promise<SignRow[][]> {
    return this.unitOfWork.readAside((tx) => Promise.all(statements.map((statement) => rows(tx, statement(within)))));
  }
}

const rows = (tx: Tx, { text, params }: Statement): Promise<SignRow[]> => tx.manager.query(text, params);

/** All lists are in the order of ids. */
function joined(users: readonly SignRow[], parts: readonly (readonly SignRow[])[]): UserSign[] {
  const places = parts.map(() => 0);
  return users.map(({ id, sign, email }) => {
    let whole = String(sign);
    for (const [index, part] of parts.entries()) {
      let place = places[index] ?? 0;
      let row = part[place];
      while (row !== undefined && row.id < id) row = part[++place];
      places[index] = place;
      whole += row?.id === id ? `,${String(row.sign)}` : ',';
    }
    return { id, sign: whole, email: email ?? '' };
  });
}
