import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentOrigin, type GqlContext, OptionalActor } from '../../platform/graphql/index.js';
import { WithTicket, WithTicketOrSession } from '../../shared/access.js';
import type { Actor, Origin } from '../../shared/actor.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { RefusalRecords } from '../access/refusal-records.js';
import { factorView } from '../account/two-factor-view.js';
import { SessionPresenter } from '../session/session-presenter.js';
import { type CodeSentType, SendCodeResult, type SignedInType } from '../sign-in/sign-in.types.js';
import { ConfirmEnrollmentService } from './confirm.service.js';
import { doorOf } from './enrollment-door.js';
import {
  ConfirmEnrollmentInput,
  ConfirmEnrollmentResult,
  type EnrollmentType,
  type FactorAddedType,
  OpenEnrollmentLinkInput,
  StartEnrollmentInput,
  StartEnrollmentResult,
} from './enrollment.types.js';
import { EnrollmentLinkService } from './link.service.js';
import { StartEnrollmentService } from './start.service.js';

@Resolver()
export class EnrollmentResolver {
  constructor(
    private readonly startService: StartEnrollmentService,
    private readonly confirmService: ConfirmEnrollmentService,
    private readonly linkService: EnrollmentLinkService,
    private readonly presenter: SessionPresenter,
    private readonly refusals: RefusalRecords,
  ) {}

  @Mutation(() => StartEnrollmentResult)
  @WithTicketOrSession()
  async startEnrollment(
    @Args('input', { type: () => StartEnrollmentInput }) { ticket, method, phone }: StartEnrollmentInput,
    @OptionalActor() actor: Actor | null,
    @CurrentOrigin() origin: Origin,
  ): Promise<EnrollmentType | Refusal> {
    const outcome = await this.startService.start({
      door: doorOf(ticket, actor),
      method,
      phone: phone ?? null,
      origin,
    });
    return this.refusals.note(outcome, 'startEnrollment', origin, actor);
  }

  @Mutation(() => StartEnrollmentResult)
  @WithTicket()
  async openEnrollmentLink(
    @Args('input', { type: () => OpenEnrollmentLinkInput }) { token, ticket }: OpenEnrollmentLinkInput,
    @CurrentOrigin() origin: Origin,
  ): Promise<EnrollmentType | Refusal> {
    return this.refusals.note(await this.linkService.open(token, ticket, origin), 'openEnrollmentLink', origin);
  }

  @Mutation(() => ConfirmEnrollmentResult)
  @WithTicketOrSession()
  async confirmEnrollment(
    @Args('input', { type: () => ConfirmEnrollmentInput }) input: ConfirmEnrollmentInput,
    @OptionalActor() actor: Actor | null,
    @CurrentOrigin() origin: Origin,
    @Context() { cookies }: GqlContext,
  ): Promise<SignedInType | FactorAddedType | Refusal> {
    const { enrollmentId, code, rememberBrowser } = input;
    const door = doorOf(input.ticket, actor);
    const outcome = await this.confirmService.confirm({
      door,
      enrollmentId,
      code,
      rememberBrowser: rememberBrowser ?? false,
      origin,
    });
    if (isRefusal(outcome)) return this.refusals.note(outcome, 'confirmEnrollment', origin, actor);
    if ('session' in outcome) return this.presenter.signedIn(outcome, cookies);
    return { factor: factorView(outcome.added), recoveryCodes: outcome.recoveryCodes };
  }

  @Mutation(() => SendCodeResult, { description: "'Reset QR by mail' on the code screen." })
  @WithTicket()
  async requestTotpReset(
    @Args('ticket', { type: () => String }) ticket: string,
    @CurrentOrigin() origin: Origin,
  ): Promise<CodeSentType | Refusal> {
    return this.refusals.note(await this.linkService.requestReset(ticket, origin), 'requestTotpReset', origin);
  }
}
