import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import type { CookieJar } from '../../platform/http/index.js';
import { userView } from '../../users/index.js';
import type { SignedInType } from '../sign-in/sign-in.types.js';
import { AccessTokensService } from './access-tokens.service.js';
import type { OpenedSession } from './session-opener.js';
import type { SessionEntity } from './session.entity.js';

export interface PresentedTokens {
  accessToken: string | null;
  accessTokenExpiresAt: Date;
  refreshToken: string | null;
}

/** Hands tokens over: in the answer, or in HttpOnly cookies and then nowhere else. */
@Injectable()
export class SessionPresenter {
  constructor(
    private readonly clock: Clock,
    private readonly accessTokens: AccessTokensService,
  ) {}

  async tokens(session: SessionEntity, refreshToken: string, cookies: CookieJar): Promise<PresentedTokens> {
    const access = await this.accessTokens.issue(session);
    if (!session.inCookies) {
      return { accessToken: access.token, accessTokenExpiresAt: access.expiresAt, refreshToken };
    }
    cookies.set('access', access.token, this.secondsUntil(access.expiresAt));
    cookies.set('refresh', refreshToken, this.secondsUntil(session.expiresAt));
    return { accessToken: null, accessTokenExpiresAt: access.expiresAt, refreshToken: null };
  }

  async signedIn(opened: OpenedSession, cookies: CookieJar): Promise<SignedInType> {
    const { session, user, trustedBrowserToken, trustedUntil } = opened;
    const tokens = await this.tokens(session, opened.refreshToken, cookies);
    if (session.inCookies && trustedBrowserToken !== null && trustedUntil !== null) {
      cookies.set('browser', trustedBrowserToken, this.secondsUntil(trustedUntil));
    }
    return {
      user: userView(user),
      ...tokens,
      sessionExpiresAt: session.expiresAt,
      amr: session.amr,
      trustedBrowserToken: session.inCookies ? null : trustedBrowserToken,
      recoveryCodes: opened.recoveryCodes,
    };
  }

  private secondsUntil(at: Date): number {
    return (at.getTime() - this.clock.now().getTime()) / 1000;
  }
}
