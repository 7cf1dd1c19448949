import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentOrigin, type GqlContext } from '../../platform/graphql/index.js';
import { Public, WithTicket } from '../../shared/access.js';
import type { Origin } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { RefusalRecords } from '../access/refusal-records.js';
import { TokensResult, type TokensType } from '../account/account.types.js';
import { RefreshService } from '../session/refresh.service.js';
import { SessionPresenter } from '../session/session-presenter.js';
import { DeclineService } from './decline.service.js';
import { LoginService } from './login.service.js';
import { SendCodeService } from './send-code.service.js';
import {
  CodeSentType,
  type EnrollmentRequiredType,
  LoginInput,
  LoginResult,
  type SecondFactorRequiredType,
  SendCodeInput,
  SendCodeResult,
  type SignedInType,
  VerifyInput,
  VerifyResult,
} from './sign-in.types.js';
import { VerifyService } from './verify.service.js';

@Resolver()
export class SignInResolver {
  constructor(
    private readonly loginService: LoginService,
    private readonly sendCodeService: SendCodeService,
    private readonly verifyService: VerifyService,
    private readonly declineService: DeclineService,
    private readonly refreshService: RefreshService,
    private readonly presenter: SessionPresenter,
    private readonly refusals: RefusalRecords,
  ) {}

  @Mutation(() => LoginResult)
  @Public()
  async login(
    @Args('input', { type: () => LoginInput }) input: LoginInput,
    @CurrentOrigin() origin: Origin,
    @Context() { cookies }: GqlContext,
  ): Promise<SignedInType | SecondFactorRequiredType | EnrollmentRequiredType | Refusal> {
    const outcome = await this.loginService.login({
      email: input.email,
      password: input.password,
      application: input.application ?? null,
      trustedBrowserToken: input.trustedBrowserToken ?? cookies.read('browser'),
      rememberMe: input.rememberMe ?? false,
      useCookies: input.useCookies ?? false,
      origin,
    });
    if ('session' in outcome) return this.presenter.signedIn(outcome, cookies);
    return this.refusals.note(outcome, 'login', origin);
  }

  @Mutation(() => SendCodeResult, {
    description: 'Sends a code, or sends it again: a new code ends the one before it.',
  })
  @WithTicket()
  async sendCode(
    @Args('input', { type: () => SendCodeInput }) { ticket, method }: SendCodeInput,
    @CurrentOrigin() origin: Origin,
  ): Promise<CodeSentType | Refusal> {
    return this.refusals.note(await this.sendCodeService.send(ticket, method, origin), 'sendCode', origin);
  }

  @Mutation(() => VerifyResult)
  @WithTicket()
  async verify(
    @Args('input', { type: () => VerifyInput }) input: VerifyInput,
    @CurrentOrigin() origin: Origin,
    @Context() { cookies }: GqlContext,
  ): Promise<SignedInType | Refusal> {
    const { ticket, method, code, rememberBrowser } = input;
    const outcome = await this.verifyService.verify({
      ticket,
      method,
      code,
      rememberBrowser: rememberBrowser ?? false,
      origin,
    });
    return isRefusal(outcome)
      ? this.refusals.note(outcome, 'verify', origin)
      : this.presenter.signedIn(outcome, cookies);
  }

  @Mutation(() => LoginResult, {
    description: "The 'Disable 2FA' button of a first sign-in, and 'later' while in grace.",
  })
  @WithTicket()
  async declineEnrollment(
    @Args('ticket', { type: () => String }) ticket: string,
    @CurrentOrigin() origin: Origin,
    @Context() { cookies }: GqlContext,
  ): Promise<SignedInType | Refusal> {
    const outcome = await this.declineService.decline(ticket, origin);
    return isRefusal(outcome)
      ? this.refusals.note(outcome, 'declineEnrollment', origin)
      : this.presenter.signedIn(outcome, cookies);
  }

  /** The refresh value is the credential: given, or in its cookie. */
  @Mutation(() => TokensResult)
  @Public()
  async refresh(
    @Args('refreshToken', { type: () => String, nullable: true }) refreshToken: string | null,
    @CurrentOrigin() origin: Origin,
    @Context() { cookies }: GqlContext,
  ): Promise<TokensType | Refusal> {
    const value = refreshToken ?? cookies.read('refresh');
    const outcome = value === null ? refuse('INVALID_CREDENTIALS') : await this.refreshService.refresh(value, origin);
    if (!isRefusal(outcome)) return this.presenter.tokens(outcome.session, outcome.refreshToken, cookies);
    if (cookies.read('refresh') !== null) {
      cookies.clear('access');
      cookies.clear('refresh');
    }
    return this.refusals.note(outcome, 'refresh', origin);
  }

  @Query(() => CodeSentType, { nullable: true, description: 'How the last code of this ticket is travelling.' })
  @WithTicket()
  async codeDelivery(@Args('ticket', { type: () => String }) ticket: string): Promise<CodeSentType | null> {
    return this.sendCodeService.delivery(ticket);
  }
}
