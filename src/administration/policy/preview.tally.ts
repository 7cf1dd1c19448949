import type { TwoFactorPreviewType } from './preview.types.js';
import type { UserSign } from './user-signs.store.js';
import type { Verdict } from './verdict.policy.js';

const SAMPLE = 10;

type Counts = Omit<TwoFactorPreviewType, 'leftWithoutMethodSample'>;

/** Adds the verdicts up. Holds a number for each sign and a handful of users, however many there are. */
export class PreviewTally {
  private readonly signs = new Map<string, { verdict: Verdict; users: number }>();
  private left: UserSign[] = [];

  knows(sign: string): boolean {
    return this.signs.has(sign);
  }

  learn(sign: string, verdict: Verdict): void {
    this.signs.set(sign, { verdict, users: 0 });
  }

  /** @param visible whether the one who asks may see this user */
  add(user: UserSign, visible: boolean): void {
    const entry = this.signs.get(user.sign);
    if (entry === undefined) return;
    entry.users += 1;
    if (entry.verdict.leftWithoutMethod && visible) this.offer(user);
  }

  /** Ids of the first of those left without a method, in the order of their addresses. */
  sample(): string[] {
    return this.left.map(({ id }) => id);
  }

  counts(): Counts {
    const entries = [...this.signs.values()];
    const where = (holds: (verdict: Verdict) => boolean): number =>
      entries.reduce((sum, { verdict, users }) => (holds(verdict) ? sum + users : sum), 0);
    return {
      usersLookedAt: where(() => true),
      newlyRequired: where((verdict) => verdict.newlyRequired),
      noLongerRequired: where((verdict) => verdict.noLongerRequired),
      mustEnrollAtNextSignIn: where((verdict) => verdict.mustEnroll),
      leftWithoutMethod: where((verdict) => verdict.leftWithoutMethod),
      administratorsLeftWithoutMethod: where((verdict) => verdict.administratorLeftWithoutMethod),
    };
  }

  private offer(user: UserSign): void {
    const last = this.left.at(-1);
    if (this.left.length === SAMPLE && last !== undefined && last.email <= user.email) return;
    this.left = [...this.left, user].sort((a, b) => (a.email < b.email ? -1 : 1)).slice(0, SAMPLE);
  }
}
