import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor, Origin } from '../../shared/actor.js';
import { CookieJar, type CookiePolicy } from '../http/index.js';

/** What every resolver and guard of one GraphQL request shares. */
export interface GqlContext {
  request: FastifyRequest;
  reply: FastifyReply;
  origin: Origin;
  requestId: string;
  /** Set by the auth guard; null until then, and for who is not signed in. */
  actor: Actor | null;
  cookies: CookieJar;
  /** The name under which NestJS looks for the request. */
  req: FastifyRequest;
}

const USER_AGENT_MAX = 400;
// eslint-disable-next-line no-control-regex -- control characters are what this removes
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Bounded and without control characters, since it ends up in the audit, in mails and on screens. */
export function cleanUserAgent(value: string | undefined): string | null {
  if (value === undefined) return null;
  const clean = value.slice(0, USER_AGENT_MAX).replace(CONTROL, '').trim();
  return clean === '' ? null : clean;
}

/** The address is Fastify's, which believes X-Forwarded-For from the configured proxies alone. */
export const originOf = (request: FastifyRequest): Origin => ({
  ip: request.ip,
  userAgent: cleanUserAgent(request.headers['user-agent']),
});

/** Light on purpose: this runs for each request before anything is known about it. */
export const contextFactory =
  (policy: CookiePolicy) =>
  (request: FastifyRequest, reply: FastifyReply): GqlContext => ({
    request,
    reply,
    origin: originOf(request),
    requestId: request.id,
    actor: null,
    cookies: new CookieJar(request, reply, policy),
    req: request,
  });
