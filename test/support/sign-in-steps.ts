import * as op from './operations.js';
import { outcomeOf } from './people.js';
import { type Person, type SignInModel, stepOf, type TicketKnown } from './sign-in-model.js';

/** What a step came to, and whether the model holds that it may open a session. */
export interface Came {
  outcome: string;
  /** Why a session would be right; null where none may be opened. */
  because: string | null;
  /** Whose failures may have fallen by it. */
  forgave: Person | null;
  /** False for what a GraphQL error answers, or a read: nothing has to be in the audit. */
  audited: boolean;
}

const nothing: Came = { outcome: 'nothing to do', because: null, forgave: null, audited: false };
const came = (outcome: string, more: Partial<Came> = {}): Came => ({ ...nothing, audited: true, outcome, ...more });

/** Picks by a number that fast-check chose, from whatever there is by then: mostly the newest, or little would be alive. */
const pick = <T>(items: readonly T[], number: number): T | undefined =>
  number % 4 === 0 ? items[number % Math.max(1, items.length)] : items.at(-1);

export type Step = (model: SignInModel, a: number, b: number) => Promise<Came>;

const TICKET_MS = 600_000;
const alive = (model: SignInModel, ticket: TicketKnown): boolean =>
  !ticket.ended && ticket.owner.active && model.now().getTime() < ticket.issuedAt + TICKET_MS;

const login: Step = async (model, a, b) => {
  const owner = model.person(a);
  const password =
    [owner.password, owner.password, owner.password, owner.password, 'wrong herons wade upstream', ''][b % 6] ?? '';
  const browser = b % 3 === 0 ? pick(model.browsers, b) : undefined;
  const input = { email: owner.email, password, trustedBrowserToken: browser?.token ?? null };
  const result = await model.world.client().ask(op.LOGIN, { input });
  const right = password === owner.password && owner.active;
  const trusted =
    browser?.owner === owner &&
    browser.epoch === owner.epoch &&
    model.rememberDays > 0 &&
    browser.until > model.now().getTime();
  if (result.ticket !== undefined) {
    if (!right) throw new Error('A ticket without the right password.');
    const { ticket: token } = result;
    model.tickets.push({ token, owner, issuedAt: model.now().getTime(), ended: false, enrollment: null });
  }
  // A browser's value moves on with each use, and shown again it ends the series.
  if (browser !== undefined && right) model.browsers.splice(model.browsers.indexOf(browser), 1);
  if (result.__typename === 'SignedIn') model.opened(owner, result);
  const because = !right ? null : !model.required(owner) ? 'none required' : trusted ? 'trusted browser' : null;
  return came(outcomeOf(result), { because });
};

const sendCode: Step = async (model, a) => {
  const ticket = pick(model.tickets, a);
  if (ticket === undefined) return nothing;
  const result = await model.world.client().ask(op.SEND_CODE, { input: { ticket: ticket.token, method: 'EMAIL' } });
  if (result.__typename === 'CodeSent') {
    for (const code of model.codes) if (code.ticket === ticket) code.over = true;
    const code = await model.newCode(ticket.owner);
    model.codes.push({ ticket, code, sentAt: model.now().getTime(), over: false });
  }
  return came(outcomeOf(result));
};

const verify: Step = async (model, a, b) => {
  const ticket = pick(model.tickets, a);
  if (ticket === undefined) return nothing;
  const { owner } = ticket;
  const [other = owner] = model.people.filter((person) => person !== owner);
  const at = model.now();
  const sent = pick(model.codes, b);
  const known = [...owner.recoveryCodes, ...owner.spentRecoveryCodes, ...other.recoveryCodes];
  const recovery = known[(b >> 3) % Math.max(1, known.length)];
  const earlier = new Date(at.getTime() - 30_000);
  const guesses: { method: string; code: string }[] = [
    { method: 'TOTP', code: model.appOf(owner)(at) },
    { method: 'TOTP', code: model.appOf(owner)(at) },
    { method: 'TOTP', code: model.appOf(owner)(earlier) },
    { method: 'TOTP', code: model.appOf(other)(at) },
    { method: 'TOTP', code: model.wrong(owner) },
    { method: 'EMAIL', code: sent?.code ?? '' },
    { method: 'RECOVERY_CODE', code: recovery ?? 'AAAA' },
    { method: 'EMAIL', code: '' },
  ];
  const { method, code } = guesses[b % guesses.length] as { method: string; code: string };
  const input = { ticket: ticket.token, method, code, rememberBrowser: b % 2 === 0 };
  const usable = alive(model, ticket);
  const result = await model.world.client().ask(op.VERIFY, { input });

  let because: string | null = null;
  if (usable && !model.required(owner)) because = 'none required any more';
  else if (usable && method === 'TOTP' && owner.secret !== null) {
    const step = [-1, 0, 1]
      .map((offset) => stepOf(at) + offset)
      .find((each) => each > owner.lastStep && model.appOf(owner)(new Date(each * 30_000)) === code);
    if (step !== undefined) because = 'app';
    if (step !== undefined && result.__typename === 'SignedIn') owner.lastStep = step;
  } else if (usable && method === 'EMAIL') {
    const good = model.codes.find((known) => known.ticket === ticket && known.code === code && !known.over);
    if (good !== undefined && at.getTime() < good.sentAt + 90_000) because = 'mailed code';
    if (good !== undefined && result.__typename === 'SignedIn') good.over = true;
  } else if (usable && method === 'RECOVERY_CODE' && owner.recoveryCodes.includes(code)) {
    because = 'recovery code';
    if (result.__typename === 'SignedIn') {
      owner.recoveryCodes = owner.recoveryCodes.filter((each) => each !== code);
      owner.spentRecoveryCodes.push(code);
    }
  }
  if (result.__typename === 'SignedIn') {
    ticket.ended = true;
    model.opened(owner, result);
  }
  return came(outcomeOf(result), { because, forgave: because === null ? null : owner });
};

const startEnrollment: Step = async (model, a, b) => {
  const ticket = pick(model.tickets, a);
  if (ticket === undefined) return nothing;
  const method = b % 3 === 0 ? 'EMAIL' : 'TOTP';
  const result = await model.world.client().ask(op.START, { input: { ticket: ticket.token, method } });
  if (result.__typename === 'Enrollment') {
    if (ticket.owner.secret !== null) throw new Error('An enrollment was begun by ticket while a factor is held.');
    ticket.enrollment = { id: result.id, method, secret: result.totp?.secret ?? null };
    if (method === 'EMAIL') {
      for (const code of model.codes) if (code.ticket === ticket) code.over = true;
      const code = await model.newCode(ticket.owner);
      model.codes.push({ ticket, code, sentAt: model.now().getTime(), over: false });
    }
  }
  return came(outcomeOf(result));
};

const confirmEnrollment: Step = async (model, a, b) => {
  const ticket = pick(model.tickets, a);
  // Of this ticket, or of another one: the second must never do.
  const from = b % 4 === 0 ? model.tickets.at(-2) : ticket;
  if (ticket === undefined || from?.enrollment == null) return nothing;
  const { enrollment } = from;
  const { owner } = ticket;
  const at = model.now();
  const right = enrollment.secret === null ? null : { ...owner, secret: enrollment.secret };
  const mailed = model.codes.find((code) => code.ticket === ticket && !code.over);
  const good = right === null ? (mailed?.code ?? '') : model.appOf(right)(at);
  const code = [good, good, '000000', '', model.appOf(owner)(at)][b % 5] ?? '';
  const usable = alive(model, ticket) && from === ticket && owner.secret === null && !owner.addressConfirmed;
  const input = { ticket: ticket.token, enrollmentId: enrollment.id, code };
  const result = await model.world.client().ask(op.CONFIRM, { input });
  const proven = code !== '' && code === good;
  const because = usable && proven ? 'enrolled' : null;
  if (result.__typename === 'SignedIn') {
    ticket.ended = true;
    if (enrollment.secret !== null) Object.assign(owner, { secret: enrollment.secret, lastStep: stepOf(at) });
    if (mailed !== undefined && right === null) mailed.over = true;
    model.opened(owner, result);
    if (enrollment.method === 'EMAIL') Object.assign(owner, { mailFactor: true, addressConfirmed: true });
  }
  return came(outcomeOf(result), { because, forgave: because === null ? null : owner });
};

const decline: Step = async (model, a) => {
  const ticket = pick(model.tickets, a);
  if (ticket === undefined) return nothing;
  const { owner } = ticket;
  const allowed =
    alive(model, ticket) && owner.secret === null && !owner.mailFactor && (!model.everyone || !model.required(owner));
  const result = await model.world.client().ask(op.DECLINE, { ticket: ticket.token });
  if (result.__typename === 'SignedIn') {
    ticket.ended = true;
    if (model.required(owner)) owner.use = false;
    model.opened(owner, result);
  }
  return came(outcomeOf(result), { because: allowed ? 'declined' : null });
};

const refresh: Step = async (model, a, b) => {
  const session = pick(model.sessions, a);
  if (session === undefined) return nothing;
  const stale = b % 4 === 0 ? pick(session.old, b) : undefined;
  const token = stale ?? session.refresh;
  const result = await model.world.client().ask(op.REFRESH, { token });
  if (result.__typename === 'Tokens') {
    if (stale !== undefined) throw new Error('A refresh value was taken a second time.');
    if (session.ended || !session.owner.active) throw new Error('A session that had ended was refreshed.');
    session.old.push(token);
    Object.assign(session, { refresh: result.refreshToken, access: result.accessToken });
  } else {
    session.ended = true;
  }
  return came(outcomeOf(result));
};

const changePassword: Step = async (model, a, b) => {
  const session = pick(model.sessions, a);
  if (session === undefined) return nothing;
  const { owner } = session;
  const client = model.world.client();
  client.token = session.access;
  const code = owner.secret === null ? {} : { method: 'TOTP', code: model.appOf(owner)(model.now()) };
  const at = stepOf(model.now());
  const proof = await client.send(op.REAUTHENTICATE, { input: { password: owner.password, ...code } });
  const proven = proof.data?.reauthenticate?.__typename === 'Reauthenticated';
  if (proven && owner.secret !== null) owner.lastStep = Math.max(owner.lastStep, at);
  const now = model.now().getTime();
  if (proven) session.proven = { at: now, until: now + 300_000 };
  // Five minutes from a proof, prolonged by each use up to thirty: an earlier one of this session is as good.
  const open = session.proven !== null && now < session.proven.until;
  const next = `eleven brisk badgers number ${String(b)} and ${String(now)}`;
  const { data, errors } = await client.send(op.CHANGE_PASSWORD, { current: owner.password, next });
  const outcome = errors?.[0]?.extensions.code ?? outcomeOf(data.changePassword);
  if (open && session.proven !== null && errors === undefined) {
    session.proven.until = Math.min(now + 300_000, session.proven.at + 1_800_000);
  }
  if (outcome === 'Done') {
    if (session.ended || !open) throw new Error('A password was changed by who had not proven anything.');
    owner.password = next;
    model.endSignIns(owner, session);
  }
  return came(outcome, { forgave: proven ? owner : null, audited: errors === undefined });
};

const reset: Step = async (model, a) => {
  const person = model.person(a);
  const result = await model.desk.ask(op.RESET_USER, { id: person.id });
  model.takeFactors(person);
  return came(outcomeOf(result), { forgave: person });
};

const unlock: Step = async (model, a) => {
  const person = model.person(a);
  const result = await model.desk.ask(op.UNLOCK_USER, { id: person.id });
  return came(outcomeOf(result), { forgave: person, audited: person.tries > 0 });
};

const activate: Step = async (model, a, b) => {
  const person = model.person(a);
  const active = b % 5 !== 0;
  const result = await model.desk.ask(op.UPDATE_USER, { id: person.id, input: { active } });
  if (person.active && !active) model.endSignIns(person);
  const audited = person.active !== active;
  person.active = active;
  return came(outcomeOf(result), { audited });
};

const requireOfEveryone: Step = async (model, a) => {
  const requireTwoFactor = a % 2 === 0;
  const result = await model.desk.ask(op.UPDATE_ROLE, { id: model.allRoleId, input: { requireTwoFactor } });
  // What is set to what it was changes nothing, and so is no event.
  const audited = result.__typename !== 'Role' || requireTwoFactor !== model.everyone;
  if (result.__typename === 'Role') {
    if (requireTwoFactor && !model.everyone) for (const person of model.people) person.epoch += 1;
    model.everyone = requireTwoFactor;
  }
  return came(outcomeOf(result), { audited });
};

const use: Step = async (model, a, b) => {
  const person = model.person(a);
  const useTwoFactor = b % 2 === 0;
  const result = await model.desk.ask(op.UPDATE_USER, { id: person.id, input: { useTwoFactor } });
  const audited = result.__typename !== 'User' || useTwoFactor !== person.use;
  if (result.__typename === 'User') person.use = useTwoFactor;
  return came(outcomeOf(result), { audited });
};

const remember: Step = async (model, a) => {
  const rememberBrowserDays = a % 3 === 0 ? 0 : 30;
  const input = { twoFactor: { rememberBrowserDays, methods: ['TOTP', 'EMAIL'] } };
  const result = await model.desk.ask(op.UPDATE_SETTINGS, { input });
  // A lowered setting ends what was trusted under the higher one.
  if (rememberBrowserDays < model.rememberDays) for (const person of model.people) person.epoch += 1;
  model.rememberDays = rememberBrowserDays;
  return came(outcomeOf(result), { audited: false });
};

const wait: Step = (model, a) => {
  model.world.clock.advance([1, 30, 30, 30, 30, 30, 60, 60, 95, 95, 900, 3_700][a % 12] ?? 1);
  return Promise.resolve({ ...nothing, outcome: 'waited' });
};

/** Named for the trace. */
export const STEPS = {
  login,
  sendCode,
  verify,
  startEnrollment,
  confirmEnrollment,
  decline,
  refresh,
  changePassword,
  reset,
  unlock,
  activate,
  requireOfEveryone,
  use,
  remember,
  wait,
} as const;
export type StepName = keyof typeof STEPS;
export type Planned = readonly [StepName, number, number];

/** Ways that lead somewhere, so that random steps begin from every state and not from the first one alone. */
export const WAYS: Readonly<Record<string, (person: number) => readonly Planned[]>> = {
  'enroll an app': (person) => [
    ['login', person, 1],
    ['startEnrollment', 1, 1],
    ['confirmEnrollment', 1, 1],
  ],
  'finish what another ticket began': (person) => [
    ['login', person, 1],
    ['startEnrollment', 1, 1],
    ['login', 1 - person, 1],
    ['confirmEnrollment', 1, 0],
  ],
  'prove the address': (person) => [
    ['wait', 6, 0],
    ['login', person, 1],
    ['startEnrollment', 1, 3],
    ['confirmEnrollment', 1, 1],
  ],
  'sign in with the app': (person) => [
    ['wait', 1, 0],
    ['login', person, 1],
    ['verify', 1, 8],
  ],
  'sign in with the app, twice by one code': (person) => [
    ['wait', 1, 0],
    ['login', person, 1],
    ['verify', 1, 1],
    ['login', person, 1],
    ['verify', 1, 1],
  ],
  'sign in with a mailed code': (person) => [
    ['wait', 6, 0],
    ['login', person, 1],
    ['sendCode', 1, 0],
    ['verify', 1, 5],
  ],
  'sign in with a recovery code': (person) => [
    ['login', person, 1],
    ['verify', 1, 6],
  ],
  'sign in by trust': (person) => [['login', person, 0]],
  'refresh, twice by one value': () => [
    ['refresh', 1, 1],
    ['refresh', 1, 4],
  ],
  'change the password': () => [
    ['wait', 1, 0],
    ['changePassword', 1, 1],
  ],
  decline: (person) => [
    ['requireOfEveryone', 1, 0],
    ['reset', person, 0],
    ['use', person, 0],
    ['login', person, 1],
    ['decline', 1, 0],
  ],
  'ask nobody': () => [['requireOfEveryone', 1, 0]],
  'ask everyone': () => [['requireOfEveryone', 0, 0]],
  deactivate: (person) => [['activate', person, 0]],
  activate: (person) => [['activate', person, 1]],
};
