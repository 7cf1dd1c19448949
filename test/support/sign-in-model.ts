import type { Client } from './client.js';
import * as op from './operations.js';
import {
  type App,
  createUser,
  newAddress,
  type Organization,
  organization,
  PASSWORD,
  signedIn,
  wrongCode,
} from './people.js';
import { base32Decode, authenticator } from './totp.js';
import type { World } from './world.js';

/** One person as the model knows them: what they hold, and what has been used up. */
export interface Person {
  id: string;
  email: string;
  password: string;
  active: boolean;
  use: boolean;
  /** Base32 of the app that counts, or null. */
  secret: string | null;
  /** The last step that was accepted of this app. */
  lastStep: number;
  /** Proven by a code in an enrollment, so that it is a factor. */
  mailFactor: boolean;
  addressConfirmed: boolean;
  recoveryCodes: string[];
  spentRecoveryCodes: string[];
  /** Moves with whatever ends trust in browsers. */
  epoch: number;
  /** As the row has it after the last step. */
  tries: number;
}

export interface TicketKnown {
  token: string;
  owner: Person;
  issuedAt: number;
  ended: boolean;
  enrollment: { id: string; method: string; secret: string | null } | null;
}

export interface SessionKnown {
  owner: Person;
  access: string;
  refresh: string;
  /** Values that have been shown before. */
  old: string[];
  openedAt: number;
  ended: boolean;
  /** When this session last proved password and factor again, and until when that is good; null before it ever did. */
  proven: { at: number; until: number } | null;
}

export interface CodeKnown {
  ticket: TicketKnown;
  code: string;
  sentAt: number;
  /** A newer one has taken its place, or it was used. */
  over: boolean;
}

const STEP_MS = 30_000;
export const stepOf = (at: Date): number => Math.floor(at.getTime() / STEP_MS);

/** The house of one run, with two people in it, and everything that an attacker who saw all of it would have. */
export class SignInModel {
  readonly tickets: TicketKnown[] = [];
  readonly sessions: SessionKnown[] = [];
  readonly codes: CodeKnown[] = [];
  readonly browsers: { owner: Person; token: string; epoch: number; until: number }[] = [];
  everyone = false;
  rememberDays = 30;
  private readonly seenMails = new Set<string>();

  private constructor(
    readonly world: World,
    readonly house: Organization,
    readonly desk: Client,
    readonly people: [Person, Person],
    readonly allRoleId: string,
  ) {}

  static async begin(world: World): Promise<SignInModel> {
    const house = await organization(world, 'on');
    const roles = (await house.admin.ask(op.ROLES)) as { id: string; name: string }[];
    const roleId = (name: string) => roles.find((role) => role.name === name)?.id ?? '';
    const robot = await createUser(house.admin, {
      kind: 'SERVICE',
      password: undefined,
      roleIds: [roleId('Administrator')],
    });
    const desk = world.client();
    desk.token = (await house.admin.ask(op.CREATE_API_KEY, { id: robot.id, name: 'Desk' })).key;
    const person = async (): Promise<Person> => {
      const email = newAddress('model');
      const { id } = await createUser(desk, { email, canToggleTwoFactor: true });
      const nothing = {
        secret: null,
        lastStep: 0,
        mailFactor: false,
        addressConfirmed: false,
        recoveryCodes: [],
        spentRecoveryCodes: [],
      };
      return { id, email, password: PASSWORD, active: true, use: false, epoch: 0, tries: 0, ...nothing };
    };
    const model = new SignInModel(world, house, desk, [await person(), await person()], roleId('All'));
    // Begins where most of the ways lead on: a second factor is asked of everyone.
    await desk.ask(op.UPDATE_ROLE, { id: model.allRoleId, input: { requireTwoFactor: true } });
    await desk.ask(op.UPDATE_SETTINGS, {
      input: { twoFactor: { rememberBrowserDays: 30, methods: ['TOTP', 'EMAIL'] } },
    });
    model.everyone = true;
    return model;
  }

  person(number: number): Person {
    return this.people[number % 2 === 0 ? 0 : 1];
  }

  now(): Date {
    return this.world.clock.now();
  }

  /** Whether policy asks this person for a second factor, said here independently of the service. */
  required({ use, secret, mailFactor }: Person): boolean {
    return this.everyone || use || secret !== null || mailFactor;
  }

  appOf({ secret }: Person): App {
    return authenticator(secret ?? base32Decode('A'.repeat(32)));
  }

  /** A code that is no step of this app near now. */
  wrong(person: Person): string {
    return wrongCode(this.appOf(person), this.now());
  }

  /** Every session, ticket and browser of the person is over, as after a reset. */
  endSignIns(person: Person, except?: SessionKnown): void {
    for (const session of this.sessions) if (session.owner === person && session !== except) session.ended = true;
    for (const ticket of this.tickets) if (ticket.owner === person) ticket.ended = true;
    for (const code of this.codes) if (code.ticket.owner === person) code.over = true;
    person.epoch += 1;
  }

  takeFactors(person: Person): void {
    Object.assign(person, { secret: null, lastStep: 0, mailFactor: false, recoveryCodes: [] });
    this.endSignIns(person);
  }

  /** The code of the one mail to this address that was not seen before. */
  async newCode({ email }: Person): Promise<string> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const mail = (await this.world.mails()).find(
        ({ id, to, text }) => to === email && !this.seenMails.has(id) && /\b\d{6}\b/.test(text),
      );
      if (mail !== undefined) {
        this.seenMails.add(mail.id);
        return /\b\d{6}\b/.exec(mail.text)?.[0] ?? '';
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('The code never came.');
  }

  /** Somebody signed in: what they hold from now on. */
  opened(owner: Person, answer: Record<string, unknown>): void {
    this.sessions.push({
      owner,
      access: String(answer.accessToken),
      refresh: String(answer.refreshToken),
      old: [],
      openedAt: this.now().getTime(),
      ended: false,
      proven: null,
    });
    if (typeof answer.trustedBrowserToken === 'string') {
      const until = this.now().getTime() + this.rememberDays * 86_400_000;
      this.browsers.push({ owner, token: answer.trustedBrowserToken, epoch: owner.epoch, until });
    }
    if (Array.isArray(answer.recoveryCodes)) owner.recoveryCodes = answer.recoveryCodes as string[];
  }

  async triesOf({ id }: Person): Promise<number> {
    const rows = await this.world.dataSource.query('SELECT factorTries FROM users WHERE id = ?', [id]);
    return Number(rows[0].factorTries);
  }

  async auditKeys(): Promise<string[]> {
    const rows = await this.world.dataSource.query(
      'SELECT eventKey FROM audit_events WHERE organizationId = ? OR organizationId = (SELECT id FROM organizations ORDER BY id LIMIT 1) ORDER BY id',
      [this.house.id],
    );
    return rows.map(({ eventKey }: { eventKey: string }) => eventKey);
  }

  /** A signed-in administrator's way in, for what a key may not do. */
  administrator = (): Promise<Client> => signedIn(this.world, this.house.email);
}
