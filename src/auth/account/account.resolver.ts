import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { UnitOfWork } from '../../platform/database/index.js';
import {
  Acknowledgement,
  CurrentActor,
  CurrentOrigin,
  done,
  DoneType,
  type GqlContext,
} from '../../platform/graphql/index.js';
import { Public, Reauthenticated, SignedIn } from '../../shared/access.js';
import type { Origin } from '../../shared/actor.js';
import { unauthenticated } from '../../shared/api-error.js';
import { Method } from '../../shared/codes.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { Authenticator } from '../access/authenticator.js';
import { RefusalRecords } from '../access/refusal-records.js';
import { UsersStore, UserType, userView } from '../../users/index.js';
import { type CodeSentType, SendCodeResult } from '../sign-in/sign-in.types.js';
import {
  ReauthenticatedType,
  ReauthenticateInput,
  ReauthenticateResult,
  SessionType,
  TrustedBrowserType,
} from './account.types.js';
import { ConfirmEmailService } from './confirm-email.service.js';
import { OwnSessionsService } from './own-sessions.service.js';
import type { SignedInActor } from './own-two-factor.service.js';
import { PasswordService } from './password.service.js';
import { ReauthenticateService } from './reauthenticate.service.js';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersStore,
    private readonly authenticator: Authenticator,
    private readonly ownSessions: OwnSessionsService,
    private readonly reauthentication: ReauthenticateService,
    private readonly passwords: PasswordService,
    private readonly emailConfirmation: ConfirmEmailService,
    private readonly refusals: RefusalRecords,
  ) {}

  @Query(() => UserType, { description: 'The signed-in user.' })
  @SignedIn({ apiKey: true })
  async me(@CurrentActor() actor: SignedInActor): Promise<UserType> {
    const known = this.authenticator.userOf(actor);
    const user = known ?? (await this.unitOfWork.read((tx) => this.users.byId(tx, actor.userId)));
    if (user === null) throw unauthenticated();
    return userView(user);
  }

  @Query(() => [SessionType])
  @SignedIn()
  async mySessions(@CurrentActor() actor: SignedInActor): Promise<SessionType[]> {
    const sessions = await this.ownSessions.list(actor);
    return sessions.map(({ id, amr, userAgent, ip, createdAt, lastSeenAt }) => ({
      id,
      current: id === actor.sessionId,
      amr,
      userAgent,
      ip,
      createdAt,
      lastSeenAt,
    }));
  }

  @Query(() => [TrustedBrowserType])
  @SignedIn()
  async myTrustedBrowsers(@CurrentActor() actor: SignedInActor): Promise<TrustedBrowserType[]> {
    return this.ownSessions.listBrowsers(actor);
  }

  @Mutation(() => DoneType)
  @SignedIn()
  async logout(@CurrentActor() actor: SignedInActor, @Context() { cookies }: GqlContext): Promise<DoneType> {
    await this.ownSessions.logout(actor);
    if (cookies.read('access') !== null) {
      cookies.clear('access');
      cookies.clear('refresh');
    }
    return done('You are signed out.');
  }

  @Mutation(() => DoneType)
  @SignedIn()
  async revokeSession(
    @Args('id', { type: () => ID }) id: string,
    @CurrentActor() actor: SignedInActor,
  ): Promise<DoneType> {
    await this.ownSessions.revoke(actor, id.slice(0, 64));
    return done('The session has ended.');
  }

  @Mutation(() => DoneType)
  @SignedIn()
  async revokeTrustedBrowser(
    @Args('id', { type: () => ID }) id: string,
    @CurrentActor() actor: SignedInActor,
  ): Promise<DoneType> {
    await this.ownSessions.revokeBrowser(actor, id.slice(0, 64));
    return done('This browser is not trusted any more.');
  }

  @Mutation(() => ReauthenticateResult)
  @SignedIn()
  async reauthenticate(
    @Args('input', { type: () => ReauthenticateInput }) { password, method, code }: ReauthenticateInput,
    @CurrentActor() actor: SignedInActor,
  ): Promise<ReauthenticatedType | Refusal> {
    return this.reauthentication.reauthenticate(actor, { password, method: method ?? null, code: code ?? null });
  }

  @Mutation(() => SendCodeResult, {
    description: 'Sends a code to reauthenticate with, to whoever has an address or a number for a second factor.',
  })
  @SignedIn()
  async sendReauthenticationCode(
    @Args('method', { type: () => Method }) method: Method,
    @CurrentActor() actor: SignedInActor,
  ): Promise<CodeSentType | Refusal> {
    const outcome = await this.reauthentication.sendCode(actor, method);
    return this.refusals.note(outcome, 'sendReauthenticationCode', actor.origin, actor);
  }

  @Mutation(() => Acknowledgement)
  @Reauthenticated()
  async changePassword(
    @Args('currentPassword', { type: () => String }) currentPassword: string,
    @Args('newPassword', { type: () => String }) newPassword: string,
    @CurrentActor() actor: SignedInActor,
  ): Promise<DoneType | Refusal> {
    const refusal = await this.passwords.change(actor, currentPassword, newPassword);
    return refusal ?? done('Your password was changed, and you were signed out everywhere else.');
  }

  /** The mailed value is the credential. A GET changes nothing: only this mutation does. */
  @Mutation(() => Acknowledgement)
  @Public()
  async confirmEmail(
    @Args('token', { type: () => String }) token: string,
    @Args('newPassword', { type: () => String, nullable: true }) newPassword: string | null,
    @CurrentOrigin() origin: Origin,
  ): Promise<DoneType | Refusal> {
    const outcome = await this.emailConfirmation.confirm(token, newPassword ?? null, origin);
    if (isRefusal(outcome)) return this.refusals.note(outcome, 'confirmEmail', origin);
    return done(
      outcome.passwordSet ? 'Your address is confirmed and your password is set.' : 'Your address is confirmed.',
    );
  }
}
