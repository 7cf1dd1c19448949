import { setTimeout as pause } from 'node:timers/promises';
import * as op from '../support/operations.js';
import { PASSWORD } from '../support/people.js';
import type { Installation } from './installation.js';
import type { Person } from './people.js';

export interface Answer {
  operation: 'login' | 'sendCode' | 'verify';
  person: Person;
  /** The `__typename`, the code of the refusal or of the error, or NETWORK where nothing was answered. */
  outcome: string;
  ms: number;
  at: number;
  /** Of a sign-in that was answered. */
  accessToken: string | null;
}

interface Result {
  __typename: string;
  code?: string;
  ticket?: string;
  accessToken?: string;
}

const OPERATIONS = { login: op.LOGIN, sendCode: op.SEND_CODE, verify: op.VERIFY };
/** Longer than any answer may take, so that a hanging service shows as a time and not as a stuck test. */
const PATIENCE_MS = 20_000;

/** People who sign in, some by an app and some by a code that is sent, as a balancer would spread them. */
export class Traffic {
  readonly answers: Answer[] = [];
  private running = false;
  private loops: Promise<void>[] = [];
  private turn = 0;

  constructor(private readonly installation: Installation) {}

  start(loops = 4): void {
    this.running = true;
    this.loops = Array.from({ length: loops }, (_, index) => this.loop(index));
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.loops);
  }

  /** Password and factor. @returns whether it ended in a session */
  async signIn(person: Person, urls = this.urls()): Promise<boolean> {
    const ticket = await this.passwordStep(person, urls);
    if (ticket === null) return false;
    if (person.method === 'TOTP') return this.prove(person, ticket, person.code(new Date()), urls);
    if (!(await this.sendCode(person, ticket, urls))) return false;
    const code = await this.codeFor(person);
    return code !== null && this.prove(person, ticket, code, urls);
  }

  /** @returns whether a code was promised */
  async askForCode(person: Person): Promise<boolean> {
    const ticket = await this.passwordStep(person, this.urls());
    return ticket !== null && this.sendCode(person, ticket, this.urls());
  }

  private async loop(index: number): Promise<void> {
    for (let round = 0; this.running; round += 1) {
      const person = this.installation.next((round + index) % 4 === 0 ? 'EMAIL' : 'TOTP');
      await this.signIn(person);
      await pause(60);
    }
  }

  private urls(): string[] {
    this.turn += 1;
    const urls = this.installation.apis.map(({ url }) => url);
    return this.turn % 2 === 0 ? urls : urls.reverse();
  }

  private async passwordStep(person: Person, urls: string[]): Promise<string | null> {
    const result = await this.ask('login', person, { email: person.email, password: PASSWORD }, urls);
    return result?.ticket ?? null;
  }

  private async sendCode(person: Person, ticket: string, urls: string[]): Promise<boolean> {
    const result = await this.ask('sendCode', person, { ticket, method: person.method }, urls);
    return result?.__typename === 'CodeSent';
  }

  private async prove(person: Person, ticket: string, code: string, urls: string[]): Promise<boolean> {
    const result = await this.ask('verify', person, { ticket, method: person.method, code }, urls);
    return result?.__typename === 'SignedIn';
  }

  /** Out of the mail or text, as long as somebody would look for it. */
  private async codeFor({ email, phone }: Person): Promise<string | null> {
    const { smtp, sms } = this.installation;
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const text =
        phone === null
          ? smtp.mails.find(({ to }) => to.includes(email))?.text
          : sms.requests.find(({ form }) => form?.to === phone)?.form?.message;
      const [code] = /\b\d{6}\b/.exec(text ?? '') ?? [];
      if (code !== undefined) return code;
      await pause(100);
    }
    return null;
  }

  /** The next process is asked where the first cannot be reached at all, since then nothing has been done. */
  private async ask(
    operation: Answer['operation'],
    person: Person,
    input: object,
    urls: string[],
  ): Promise<Result | null> {
    for (const url of urls) {
      const begun = performance.now();
      const [outcome, result] = await this.post(url, OPERATIONS[operation], input, person);
      const ms = performance.now() - begun;
      this.answers.push({ operation, person, outcome, ms, at: Date.now(), accessToken: result?.accessToken ?? null });
      if (outcome !== 'NOT REACHED') return result;
    }
    return null;
  }

  private async post(url: string, query: string, input: object, { id }: Person): Promise<[string, Result | null]> {
    try {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(id) },
        body: JSON.stringify({ query, variables: { input } }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const body = (await answer.json()) as {
        data?: Record<string, Result> | null;
        errors?: { extensions: { code: string } }[];
      };
      const [error] = body.errors ?? [];
      if (error !== undefined) return [error.extensions.code, null];
      const [result] = Object.values(body.data ?? {});
      if (result === undefined) return ['NOTHING', null];
      return [result.code ?? result.__typename, result];
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code;
      return [cause === 'ECONNREFUSED' ? 'NOT REACHED' : 'CONNECTION LOST', null];
    }
  }
}

/** An address for each person, since tries are counted by address too. */
const addressOf = (id: string): string =>
  `10.${[4, 6, 8].map((end) => String(parseInt(id.slice(-end).slice(0, 2), 16))).join('.')}`;
