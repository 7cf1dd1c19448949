import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/index.js';
import { problemBody, problemOfStatus } from './problem.js';
import { securityHeaders } from './security-headers.js';

export interface HttpLimits {
  /** Bytes of a body. */
  bodyBytes: number;
  /** Milliseconds within which a request, headers and body, must have arrived. */
  requestMs: number;
  /** Milliseconds between two looks for requests that are late. */
  checkMs: number;
  /** Milliseconds without a byte in either direction, after which a connection is cut. */
  idleMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 100 * 1024,
  requestMs: 15_000,
  checkMs: 1_000,
  idleMs: 120_000,
};

/**
 * A count means that so many proxies stand in front, the nearest first. Given to Fastify as a function, since it
 * reads a plain number as "trust nobody".
 */
export function trustProxyOption(
  trust: Config['trustProxy'],
): false | string[] | ((ip: string, hop: number) => boolean) {
  return typeof trust === 'number' ? (_ip, hop) => hop < trust : trust;
}

/** Bounds for every connection, before a route is known. */
export function fastifyOptions(config: Config, limits: HttpLimits) {
  const headers = securityHeaders(config);
  return {
    logger: false as const,
    // No middleware is used, so its layer is left out of every request.
    skipMiddie: true,
    trustProxy: trustProxyOption(config.trustProxy),
    bodyLimit: limits.bodyBytes,
    // Never the client's: ids that strangers choose could collide with, or imitate, those of others in the log.
    requestIdHeader: false as const,
    genReqId: () => randomUUID(),
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    routerOptions: { maxParamLength: 200 },
    http: {
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: 16 * 1024,
    },
    // An address that cannot be decoded is answered before any hook runs.
    frameworkErrors: (error: { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOfStatus(error.statusCode === 414 ? 414 : 400);
      void reply.headers(headers).status(problem.status).send(problemBody(problem));
    },
  };
}
