import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/index.js';

/** What a cookie holds: the access token, the refresh token, the trusted browser's value. */
export type CookieKind = 'access' | 'refresh' | 'browser';
export const COOKIE_KINDS: readonly CookieKind[] = ['access', 'refresh', 'browser'];

export interface CookiePolicy {
  /** True under https: browsers keep Secure and `__Host-` cookies from plain http. */
  secure: boolean;
  names: Readonly<Record<CookieKind, string>>;
}

/**
 * `__Host-` makes the browser insist on Secure, Path=/ and no Domain, so that no sibling host can plant a cookie
 * under our name (RFC 6265bis §4.1.3.2).
 */
export function cookiePolicy(config: Pick<Config, 'publicUrl'>): CookiePolicy {
  const secure = config.publicUrl.startsWith('https:');
  const prefix = secure ? '__Host-countersign-' : 'countersign-';
  return {
    secure,
    names: { access: `${prefix}access`, refresh: `${prefix}refresh`, browser: `${prefix}browser` },
  };
}

/** Reads and sets the service's own cookies on one request; never anybody else's. */
export class CookieJar {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly policy: CookiePolicy,
  ) {}

  read(kind: CookieKind): string | null {
    const value = this.request.cookies[this.policy.names[kind]];
    return value === undefined || value === '' ? null : value;
  }

  /** @param maxAgeSeconds whole seconds from now; the browser drops the cookie then */
  set(kind: CookieKind, value: string, maxAgeSeconds: number): void {
    this.reply.setCookie(this.policy.names[kind], value, this.flags(Math.max(0, Math.floor(maxAgeSeconds))));
  }

  clear(kind: CookieKind): void {
    this.reply.setCookie(this.policy.names[kind], '', { ...this.flags(0), expires: new Date(0) });
  }

  /** Scripts cannot read it (HttpOnly), other sites cannot make the browser send it (SameSite=Strict). */
  private flags(maxAge: number) {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.policy.secure, maxAge } as const;
  }
}
