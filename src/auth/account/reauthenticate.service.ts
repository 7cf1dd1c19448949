import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { Clock, PasswordHasher } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Actor, SessionActor } from '../../shared/actor.js';
import { unauthenticated } from '../../shared/api-error.js';
import { isSendable, type Method } from '../../shared/codes.js';
import { asRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { normalizePassword, type UserEntity } from '../../users/index.js';
import { FactorCheck } from '../factor/factor-check.js';
import { type FactorDoor, FactorGate } from '../factor/factor-gate.js';
import { DISABLED_SENTENCE } from '../factor/sentences.js';
import { FactsLoader, type PolicyGround, type UserPolicy } from '../policy/facts.loader.js';
import { usableMethods } from '../policy/methods.policy.js';
import { plusSeconds, REAUTHENTICATION_SECONDS } from '../session/session.times.js';
import { SessionsStore } from '../session/sessions.store.js';
import { PasswordThrottleStore } from '../sign-in/password-throttle.store.js';
import { SentCodes, sessionSubject } from '../sign-in/sent-code.js';
import type { CodeSentType } from '../sign-in/sign-in.types.js';

export interface ReauthenticateRequest {
  password: string;
  method: Method | null;
  code: string | null;
}

interface Person {
  user: UserEntity;
  policy: UserPolicy;
  ground: PolicyGround;
}

/** Password, and a factor where one is enrolled, once more: what a stolen session cannot give. */
@Injectable()
export class ReauthenticateService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly facts: FactsLoader,
    private readonly hasher: PasswordHasher,
    private readonly throttle: PasswordThrottleStore,
    private readonly gate: FactorGate,
    private readonly factorCheck: FactorCheck,
    private readonly sentCodes: SentCodes,
    private readonly sessions: SessionsStore,
    private readonly audit: AuditService,
  ) {}

  async reauthenticate(
    actor: Actor & SessionActor,
    request: ReauthenticateRequest,
  ): Promise<{ expiresAt: Date } | Refusal> {
    const person = await this.unitOfWork.read((tx) => this.person(tx, actor.userId));
    const { user, policy, ground } = person;
    const refusal = await this.passwordRefusal(actor, user, request.password);
    if (refusal !== null) return refusal;

    if (policy.factors.length === 0) return this.unitOfWork.run((tx) => this.open(tx, actor));
    const { method, code } = request;
    const methods = provable(policy);
    if (methods.length === 0) return this.refused(actor, refuse('TOO_MANY_ATTEMPTS', { message: DISABLED_SENTENCE }));
    if (method === null || !methods.includes(method)) {
      const message = `Give a code of your second factor as well: ${methods.join(', ')}.`;
      return this.refused(actor, refuse(method === null ? 'OTP_INVALID' : 'METHOD_NOT_ALLOWED', { message }));
    }
    if (code === null || code === '') return this.sendInstead(actor, method);

    const door: FactorDoor = {
      purpose: 'reauthentication',
      method,
      user,
      settings: ground.settings,
      origin: actor.origin,
      ticketId: null,
    };
    const passed = await this.gate.pass(door);
    if (isRefusal(passed)) return passed;
    const prepared = await this.factorCheck.prepare(user, method, code);
    return this.unitOfWork.run(async (tx) => {
      const verdict = await this.factorCheck.check(tx, user, sessionSubject(actor.sessionId), prepared);
      if (!verdict.right) return this.gate.failed(tx, door, passed, verdict);
      await this.gate.succeeded(tx, door);
      return this.open(tx, actor);
    });
  }

  /** For whoever's factor is an address or a number: a code to reauthenticate with. */
  async sendCode(actor: Actor & SessionActor, method: Method): Promise<CodeSentType | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      const { user, policy, ground } = await this.person(tx, actor.userId);
      if (!isSendable(method) || !provable(policy).includes(method)) return refuse('METHOD_NOT_ALLOWED');
      const destination = method === 'EMAIL' ? user.email : user.phone;
      if (destination === null) return refuse('PHONE_NOT_CONFIRMED');
      const { origin, sessionId } = actor;
      const subject = sessionSubject(sessionId);
      return this.sentCodes.send(tx, {
        user,
        settings: ground.settings,
        subject,
        method,
        destination,
        origin,
        purpose: 'reauthentication',
      });
    });
  }

  private async person(tx: Tx, userId: string): Promise<Person> {
    const known = await this.facts.byId(tx, userId);
    if (known === null) throw unauthenticated();
    return { ...known, user: known.policy.user };
  }

  private async passwordRefusal(
    actor: Actor & SessionActor,
    user: UserEntity,
    password: string,
  ): Promise<Refusal | null> {
    const { ip } = actor.origin;
    // A thief of a session may guess from one address after the other: the session that they guess in stays the same.
    const session = sessionSubject(actor.sessionId);
    const verdict = await this.unitOfWork.run(async (tx) => {
      const inSession = await this.throttle.count(tx, user.email, session, true);
      return inSession.ok ? this.throttle.count(tx, user.email, ip, true) : inSession;
    });
    if (!verdict.ok) return this.refused(actor, refuse('TOO_MANY_ATTEMPTS', { retryAt: verdict.retryAt }));
    const typed = normalizePassword(password.slice(0, 1_024));
    const right = user.passwordHash !== null && (await this.hasher.verify(user.passwordHash, typed));
    if (!right) return this.refused(actor, refuse('INVALID_CREDENTIALS', { message: 'The password is not right.' }));
    // One after the other: together they would hold rows that a sign-in takes in another order.
    await this.unitOfWork.run((tx) => this.throttle.forgive(tx, user.email, session, true));
    await this.unitOfWork.run((tx) => this.throttle.forgive(tx, user.email, ip, true));
    return null;
  }

  private async sendInstead(actor: Actor & SessionActor, method: Method): Promise<Refusal> {
    const sent = isSendable(method) ? await this.sendCode(actor, method) : null;
    if (sent === null) return this.refused(actor, refuse('OTP_INVALID', { message: 'Give the code as well.' }));
    if (isRefusal(sent)) return sent;
    return refuse('OTP_INVALID', {
      message: `A code is on its way to ${sent.destination}. Repeat this with the code.`,
    });
  }

  private async open(tx: Tx, actor: Actor & SessionActor): Promise<{ expiresAt: Date }> {
    const now = this.clock.now();
    const expiresAt = plusSeconds(now, REAUTHENTICATION_SECONDS);
    await this.sessions.reauthenticated(tx, actor.sessionId, now, expiresAt);
    await this.record(tx, actor, 'reauthentication.succeeded', {});
    return { expiresAt };
  }

  private async refused(actor: Actor, refusal: Refusal): Promise<Refusal> {
    await this.unitOfWork.run((tx) => this.record(tx, actor, 'reauthentication.refused', { why: refusal.code }));
    return asRecorded(refusal);
  }

  private async record(
    tx: Tx,
    actor: Actor,
    key: 'reauthentication.succeeded' | 'reauthentication.refused',
    facts: Record<string, string>,
  ): Promise<void> {
    const { organizationId, userId, email, origin } = actor;
    await this.audit.record(tx, { organizationId, key, actor, subject: { id: userId, email }, origin, facts });
  }
}

/** What the person can prove now: as at a sign-in, and where policy asks for nothing, whatever is enrolled. */
function provable({ facts }: UserPolicy): Method[] {
  const { user, organization } = facts;
  const usable = usableMethods(user, organization, user.preferred);
  if (usable.length > 0) return usable;
  const enrolled: Method[] = user.enrolled.filter((method) => !user.disabled.includes(method));
  return enrolled.length > 0 && user.recoveryCodesLeft > 0 ? [...enrolled, 'RECOVERY_CODE'] : enrolled;
}
