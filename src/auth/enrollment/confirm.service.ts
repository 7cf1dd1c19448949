import { Injectable } from '@nestjs/common';
import {
  EnrollmentsStore,
  type FactorEntity,
  type PreparedCodes,
  RecoveryCodesService,
  TICKET_TRIES,
} from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import type { Origin } from '../../shared/actor.js';
import { AMR_OF_METHOD } from '../../shared/codes.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { UsersStore } from '../../users/index.js';
import { type FactorDoor, FactorGate, type PassedGate } from '../factor/factor-gate.js';
import { type OpenedSession, SessionOpener } from '../session/session-opener.js';
import { countedStep } from '../sign-in/counted-step.js';
import { TicketsStore } from '../sign-in/tickets.store.js';
import { TrustedBrowsersService } from '../trusted-browser/trusted-browsers.service.js';
import { confirmRefusal } from './confirm.policy.js';
import { type Door, type EnrollmentContext, EnrollmentDoors } from './enrollment-door.js';
import { EnrollmentProof } from './enrollment-proof.js';
import { FactorAdder } from './factor-adder.js';

export interface ConfirmRequest {
  door: Door;
  enrollmentId: string;
  code: string;
  rememberBrowser: boolean;
  origin: Origin;
}

export interface AddedFactor {
  added: FactorEntity;
  recoveryCodes: string[] | null;
}

/** Undoes the transaction: another request ended this enrollment or ticket at the same moment. */
class EndedMeanwhile extends Error {}

/** A factor comes of an enrollment here, and only with the right code. */
@Injectable()
export class ConfirmEnrollmentService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly doors: EnrollmentDoors,
    private readonly enrollments: EnrollmentsStore,
    private readonly proof: EnrollmentProof,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly gate: FactorGate,
    private readonly adder: FactorAdder,
    private readonly users: UsersStore,
    private readonly tickets: TicketsStore,
    private readonly opener: SessionOpener,
    private readonly trustedBrowsers: TrustedBrowsersService,
    private readonly metrics: Metrics,
  ) {}

  async confirm(request: ConfirmRequest): Promise<OpenedSession | AddedFactor | Refusal> {
    const before = await this.unitOfWork.read((tx) => this.entered(tx, request));
    if (isRefusal(before)) return before;
    const { context, enrollment } = before;
    const { user, settings, signIn } = context;
    const door: FactorDoor = {
      purpose: 'enrollment',
      method: enrollment.method,
      user,
      settings,
      origin: request.origin,
      ticketId: signIn?.ticket.id ?? null,
    };
    const outcome = await this.proven(request, door, context);
    // A further factor of somebody who is signed in is no step of a sign-in.
    if (!('added' in outcome) && signIn !== null) this.metrics.signIn(...countedStep(outcome, door.method));
    return outcome;
  }

  private async proven(
    request: ConfirmRequest,
    door: FactorDoor,
    context: EnrollmentContext,
  ): Promise<OpenedSession | AddedFactor | Refusal> {
    const passed = await this.pass(door, request.enrollmentId);
    if (isRefusal(passed)) return passed;
    const codes = await this.codesFor(context, request.enrollmentId, request.code);
    try {
      return await this.unitOfWork.run((tx) => this.checked(tx, request, door, passed, codes));
    } catch (error) {
      if (error instanceof EndedMeanwhile) return refuse('ENROLLMENT_INVALID');
      throw error;
    }
  }

  private async entered(tx: Tx, request: ConfirmRequest) {
    const context = await this.doors.enter(tx, request.door, 'confirmEnrollment');
    if (isRefusal(context)) return context;
    const enrollment = await this.enrollments.open(tx, request.enrollmentId.slice(0, 64), this.clock.now());
    const refusal = confirmRefusal(enrollment, context);
    if (refusal !== null || enrollment === null) return refusal ?? refuse('ENROLLMENT_INVALID');
    return { context, enrollment };
  }

  /** Five tries for an enrollment, five for its ticket, and the account's own count over all of them. */
  private async pass(door: FactorDoor, enrollmentId: string): Promise<PassedGate | Refusal> {
    const now = this.clock.now();
    const counted = await this.unitOfWork.run((tx) => this.enrollments.countTry(tx, enrollmentId, TICKET_TRIES, now));
    if (!counted)
      return refuse('TOO_MANY_ATTEMPTS', { message: 'This set-up had too many wrong codes. Please start it again.' });
    return this.gate.pass(door);
  }

  /** Made and hashed before the transaction, and only where the code is right and there are none yet. */
  private async codesFor(
    context: EnrollmentContext,
    enrollmentId: string,
    code: string,
  ): Promise<PreparedCodes | null> {
    const now = this.clock.now();
    if (context.policy.recoveryCodesLeft > 0) return null;
    const looksRight = await this.unitOfWork.read(async (tx) => {
      const row = await this.enrollments.open(tx, enrollmentId, now);
      return row !== null && this.proof.peek(tx, row, context.subject, code);
    });
    return looksRight ? this.recoveryCodes.prepare() : null;
  }

  private async checked(
    tx: Tx,
    request: ConfirmRequest,
    door: FactorDoor,
    passed: PassedGate,
    codes: PreparedCodes | null,
  ): Promise<OpenedSession | AddedFactor | Refusal> {
    // One set-up of a person at a time: two first factors at once would each find that there is none yet.
    await this.users.hold(tx, door.user.id);
    const again = await this.entered(tx, request);
    if (isRefusal(again)) return again;
    const { context, enrollment } = again;
    const proven = await this.proof.check(tx, enrollment, context, request.code);
    if (!proven.right) return this.gate.failed(tx, door, passed, proven);
    if (!(await this.enrollments.end(tx, enrollment.id, this.clock.now()))) throw new EndedMeanwhile();
    await this.gate.succeeded(tx, door);
    const factor = await this.adder.add(tx, context, enrollment, proven, request.origin);
    const first = context.policy.recoveryCodesLeft === 0 ? codes : null;
    if (first !== null) await this.recoveryCodes.replace(tx, context.user, first);
    const recoveryCodes = first?.codes ?? null;
    if (context.signIn === null) return { added: factor, recoveryCodes };
    return { ...(await this.signIn(tx, context, factor, request)), recoveryCodes };
  }

  private async signIn(
    tx: Tx,
    { signIn, user, settings, decision }: EnrollmentContext,
    factor: FactorEntity,
    request: ConfirmRequest,
  ): Promise<OpenedSession> {
    if (signIn === null || !(await this.tickets.consume(tx, signIn.ticket.id))) throw new EndedMeanwhile();
    const { applicationKind, useCookies } = signIn.ticket;
    const { origin } = request;
    const amr = ['pwd' as const, AMR_OF_METHOD[factor.method]];
    const because = decision.reasons[0]?.rule ?? 'none';
    const opened = await this.opener.open(tx, {
      user,
      amr,
      applicationKind,
      useCookies,
      remembered: false,
      origin,
      because,
    });
    if (!request.rememberBrowser || settings.rememberBrowserDays === 0) return opened;
    const trust = await this.trustedBrowsers.remember(tx, user, settings, origin);
    return { ...opened, trustedBrowserToken: trust.token, trustedUntil: trust.expiresAt };
  }
}
