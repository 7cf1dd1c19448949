import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AuditModule } from '../audit/index.js';
import { NotificationModule } from '../notification/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { OtpModule } from '../otp/index.js';
import { RolesModule } from '../roles/index.js';
import { SettingsModule } from '../settings/index.js';
import { UsersModule } from '../users/index.js';
import { AccessGuard } from './access/access.guard.js';
import { RefusalRecords } from './access/refusal-records.js';
import { Authenticator } from './access/authenticator.js';
import { AccountResolver } from './account/account.resolver.js';
import { ConfirmEmailService } from './account/confirm-email.service.js';
import { OwnSessionsService } from './account/own-sessions.service.js';
import { OwnTwoFactorResolver } from './account/own-two-factor.resolver.js';
import { OwnTwoFactorService } from './account/own-two-factor.service.js';
import { PasswordRules } from './account/password-rules.js';
import { PasswordService } from './account/password.service.js';
import { ReauthenticateService } from './account/reauthenticate.service.js';
import { TwoFactorRemover } from './account/two-factor-remover.js';
import { UserFieldsResolver } from './account/user-fields.resolver.js';
import { UserTwoFactorLoader } from './account/user-loader.js';
import { ConfirmEnrollmentService } from './enrollment/confirm.service.js';
import { EnrollmentDoors } from './enrollment/enrollment-door.js';
import { EnrollmentProof } from './enrollment/enrollment-proof.js';
import { EnrollmentResolver } from './enrollment/enrollment.resolver.js';
import { FactorAdder } from './enrollment/factor-adder.js';
import { EnrollmentLinkService } from './enrollment/link.service.js';
import { MailedLinks } from './enrollment/mailed-link.js';
import { StartEnrollmentService } from './enrollment/start.service.js';
import { BothCountsStore } from './factor/both-counts.store.js';
import { FactorCheck } from './factor/factor-check.js';
import { FactorGate } from './factor/factor-gate.js';
import { HardTokenProof } from './factor/hard-token-proof.js';
import { NoticesService } from './factor/notices.service.js';
import { FactsLoader } from './policy/facts.loader.js';
import { UserRowsStore } from './policy/user-rows.store.js';
import { AccessTokensService } from './session/access-tokens.service.js';
import { JwksController } from './session/jwks.controller.js';
import { RefreshService } from './session/refresh.service.js';
import { SessionOpener } from './session/session-opener.js';
import { SessionPresenter } from './session/session-presenter.js';
import { LiveSessions } from './session/live-sessions.js';
import { SessionsStore } from './session/sessions.store.js';
import { ApplicationsStore } from './sign-in/applications.store.js';
import { ClaimedUserStore } from './sign-in/claimed-user.store.js';
import { DeclineService } from './sign-in/decline.service.js';
import { GraceStamp } from './sign-in/grace-stamp.js';
import { LoginService } from './sign-in/login.service.js';
import { PasswordStep } from './sign-in/password.step.js';
import { PasswordStrategy } from './sign-in/password.strategy.js';
import { PasswordThrottleStore } from './sign-in/password-throttle.store.js';
import { SendCodeService } from './sign-in/send-code.service.js';
import { SentCodes } from './sign-in/sent-code.js';
import { SignInResolver } from './sign-in/sign-in.resolver.js';
import { TicketContexts } from './sign-in/ticket-context.js';
import { TicketsStore } from './sign-in/tickets.store.js';
import { VerifyService } from './sign-in/verify.service.js';
import { TrustedBrowsersService } from './trusted-browser/trusted-browsers.service.js';

const POLICY = [FactsLoader, GraceStamp, PasswordRules, UserRowsStore];
const FACTOR = [BothCountsStore, FactorCheck, FactorGate, HardTokenProof, NoticesService];
const SESSION = [
  AccessTokensService,
  RefreshService,
  SessionOpener,
  SessionPresenter,
  LiveSessions,
  SessionsStore,
  TrustedBrowsersService,
];
const SIGN_IN = [
  ApplicationsStore,
  ClaimedUserStore,
  DeclineService,
  LoginService,
  PasswordStep,
  PasswordStrategy,
  PasswordThrottleStore,
  SendCodeService,
  SentCodes,
  SignInResolver,
  TicketContexts,
  TicketsStore,
  VerifyService,
];
const ENROLLMENT = [
  ConfirmEnrollmentService,
  EnrollmentDoors,
  EnrollmentLinkService,
  EnrollmentProof,
  EnrollmentResolver,
  FactorAdder,
  MailedLinks,
  StartEnrollmentService,
];
const ACCOUNT = [
  AccountResolver,
  ConfirmEmailService,
  OwnSessionsService,
  OwnTwoFactorResolver,
  OwnTwoFactorService,
  PasswordService,
  ReauthenticateService,
  TwoFactorRemover,
  UserFieldsResolver,
  UserTwoFactorLoader,
];

/** The one orchestrator: who must give a second factor, signing in, setting up, sessions, and one's own account. */
@Module({
  imports: [
    PassportModule,
    AuditModule,
    NotificationModule,
    OrganizationsModule,
    OtpModule,
    RolesModule,
    SettingsModule,
    UsersModule,
  ],
  controllers: [JwksController],
  providers: [
    ...POLICY,
    ...FACTOR,
    ...SESSION,
    ...SIGN_IN,
    ...ENROLLMENT,
    ...ACCOUNT,
    AccessGuard,
    Authenticator,
    RefusalRecords,
  ],
  exports: [
    ...POLICY,
    AccessGuard,
    ApplicationsStore,
    Authenticator,
    NoticesService,
    PasswordThrottleStore,
    SessionsStore,
    TicketsStore,
    TrustedBrowsersService,
    TwoFactorRemover,
    UserTwoFactorLoader,
  ],
})
export class AuthModule {}
