import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { EnrollmentsStore, HardwareTokensService, TotpService } from '../../otp/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { type FactorMethod, isFactorMethod, type Method } from '../../shared/codes.js';
import { asRecorded, isRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { checkPhone } from '../../users/index.js';
import { SentCodes } from '../sign-in/sent-code.js';
import { type Door, type EnrollmentContext, EnrollmentDoors } from './enrollment-door.js';
import type { EnrollmentType } from './enrollment.types.js';
import { MailedLinks } from './mailed-link.js';
import { newEnrollment } from './new-enrollment.js';
import { startRefusal } from './start.policy.js';

export interface StartRequest {
  door: Door;
  method: Method;
  phone: string | null;
  origin: Origin;
}

/** What is drawn for the person after the transaction: a QR code takes milliseconds that no row should be locked for. */
type Begun = { enrollment: EnrollmentType; drawFor: { id: string; issuer: string; account: string } | null };

@Injectable()
export class StartEnrollmentService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly unitOfWork: UnitOfWork,
    private readonly doors: EnrollmentDoors,
    private readonly enrollments: EnrollmentsStore,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly totp: TotpService,
    private readonly links: MailedLinks,
    private readonly sentCodes: SentCodes,
    private readonly audit: AuditService,
  ) {}

  async start(request: StartRequest): Promise<EnrollmentType | Refusal> {
    const begun = await this.unitOfWork.run(async (tx) => {
      const context = await this.doors.enter(tx, request.door, 'startEnrollment');
      if (isRefusal(context)) return context;
      const outcome = await this.begin(tx, context, request);
      await this.record(tx, context, request, outcome);
      return outcome;
    });
    if (isRefusal(begun) || begun.drawFor === null) return isRefusal(begun) ? begun : begun.enrollment;
    const { id, issuer, account } = begun.drawFor;
    const row = await this.unitOfWork.read((tx) => this.enrollments.open(tx, id, this.clock.now()));
    if (row === null) return refuse('ENROLLMENT_INVALID');
    return { ...begun.enrollment, totp: await this.totp.provisioning(row, { issuer, account }) };
  }

  private async record(
    tx: Tx,
    { user }: EnrollmentContext,
    { method, origin }: StartRequest,
    outcome: Begun | Refusal,
  ): Promise<void> {
    // A code that could not be sent has been recorded as such.
    if (isRefusal(outcome) && isRecorded(outcome)) return;
    const { id, email, organizationId } = user;
    const who = { actor: { userId: id, email }, subject: { id, email }, origin };
    const why: Record<string, string> = isRefusal(outcome) ? { why: outcome.code } : {};
    const key = isRefusal(outcome) ? 'enrollment.refused' : 'enrollment.started';
    await this.audit.record(tx, { organizationId, key, ...who, facts: { method, ...why } });
    if (isRefusal(outcome)) asRecorded(outcome);
  }

  private async begin(tx: Tx, context: EnrollmentContext, request: StartRequest): Promise<Begun | Refusal> {
    const { method } = request;
    const { policy, decision, user } = context;
    const refusal = startRefusal(method, {
      signingIn: context.signIn !== null,
      required: decision.required,
      canToggle: user.canToggleTwoFactor,
      offered: decision.methods,
      organization: policy.facts.organization,
      user: policy.facts.user,
    });
    if (refusal !== null) return refusal;
    if (!isFactorMethod(method)) return refuse('METHOD_NOT_ALLOWED');
    if (method === 'TOTP') return this.beginTotp(tx, context);
    return this.beginSent(tx, context, method, request);
  }

  private async beginTotp(tx: Tx, context: EnrollmentContext): Promise<Begun | Refusal> {
    const { user, settings } = context;
    const now = this.clock.now();
    const id = this.random.id(now);
    const common = { id, method: 'TOTP' as const, destination: null, replaces: false };
    const hardwareToken = await this.hardwareTokens.assignedTo(tx, user.id);
    if (hardwareToken !== null) {
      return this.insert(tx, context, { ...common, secretSealed: null, hardwareToken, link: null }, null);
    }
    const secretSealed = this.totp.newSecretFor(id);
    if (context.signIn !== null && settings.totpDelivery === 'MAILED_LINK') {
      const link = await this.links.send(tx, user, settings, 'enrollment-link');
      if (isRefusal(link)) return link;
      const begun = await this.insert(tx, context, { ...common, secretSealed, hardwareToken, link }, null);
      return { ...begun, enrollment: { ...begun.enrollment, sent: link.sent } };
    }
    const drawFor = { id, issuer: settings.issuer, account: user.email };
    return this.insert(tx, context, { ...common, secretSealed, hardwareToken, link: null }, drawFor);
  }

  private async beginSent(
    tx: Tx,
    context: EnrollmentContext,
    method: Exclude<FactorMethod, 'TOTP'>,
    request: StartRequest,
  ): Promise<Begun | Refusal> {
    const destination = method === 'EMAIL' ? context.user.email : this.phoneOf(context, request.phone);
    if (isRefusal(destination)) return destination;
    const { user, settings, subject } = context;
    const { origin } = request;
    const sent = await this.sentCodes.send(tx, {
      user,
      settings,
      subject,
      method,
      destination,
      origin,
      purpose: 'enrollment',
    });
    if (isRefusal(sent)) return sent;
    const id = this.random.id(this.clock.now());
    const values = { id, method, secretSealed: null, hardwareToken: null, destination, replaces: false, link: null };
    const begun = await this.insert(tx, context, values, null);
    return { ...begun, enrollment: { ...begun.enrollment, sent } };
  }

  /** The number on file, never what was typed; a typed one counts only where there is none on file. */
  private phoneOf({ user }: EnrollmentContext, typed: string | null): string | Refusal {
    if (user.phone !== null) return user.phone;
    return typed === null
      ? refuse('INVALID_VALUE', { message: 'There is no phone number on file: give one.' })
      : checkPhone(typed);
  }

  private async insert(
    tx: Tx,
    context: EnrollmentContext,
    values: Parameters<typeof newEnrollment>[1],
    drawFor: Begun['drawFor'],
  ): Promise<Begun> {
    const now = this.clock.now();
    const { signIn, sessionId } = context;
    if (signIn !== null) await this.enrollments.endOthers(tx, { ticketId: signIn.ticket.id }, now);
    else if (sessionId !== null) await this.enrollments.endOthers(tx, { sessionId }, now);
    const row = newEnrollment(context, values, now);
    await this.enrollments.insert(tx, row);
    return {
      enrollment: { id: row.id, method: row.method, expiresAt: row.expiresAt, totp: null, sent: null },
      drawFor,
    };
  }
}
