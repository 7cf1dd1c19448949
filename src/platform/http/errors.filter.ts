import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { ApiError } from '../../shared/api-error.js';
import type { PinoLoggerService } from '../logging/index.js';
import { badBody, internalProblem, type Problem, problemBody, problemOfStatus, STATUS_OF_CODE } from './problem.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The 4xx status that an error carries, or null for a bug. */
function clientStatus(error: unknown): number | null {
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function isBodyError(error: unknown): boolean {
  const code = ((error as { cause?: { code?: unknown } } | null)?.cause ?? (error as { code?: unknown } | null))?.code;
  return error instanceof SyntaxError || (typeof code === 'string' && code.startsWith('FST_ERR_CTP_'));
}

/** The last word on errors of plain routes, of routing itself, and of bodies that could not be read. */
@Catch()
export class HttpErrorsFilter implements ExceptionFilter {
  constructor(
    private readonly logger: PinoLoggerService,
    private readonly fastify: FastifyInstance,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // GraphQL shapes its errors itself.
    if (host.getType<string>() !== 'http') throw error;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const problem = this.problemOf(error, request, reply);
    if (problem.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(Math.ceil(problem.retryAfterSeconds)));
    }
    void reply.status(problem.status).type('application/json; charset=utf-8').send(problemBody(problem));
  }

  private problemOf(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
    if (error instanceof ApiError) {
      const { code, message, retryAfterSeconds } = error;
      return { status: STATUS_OF_CODE[code], code, message, retryAfterSeconds };
    }
    const status = clientStatus(error);
    if (status === 404) return this.notFound(request, reply);
    if (status === 400 && isBodyError(error)) return badBody();
    if (status !== null) return problemOfStatus(status);
    if (error instanceof HttpException && error.getStatus() === 503) return problemOfStatus(503);
    this.logger.error('A request failed.', error, { requestId: request.id }, 'Http');
    return internalProblem(request.id);
  }

  /** Fastify says 404 also where only the method is wrong. */
  private notFound(request: FastifyRequest, reply: FastifyReply): Problem {
    if (!request.is404) return problemOfStatus(404);
    const url = request.url.split('?', 1)[0] ?? '';
    const allowed = METHODS.filter((method) => this.fastify.hasRoute({ method, url }));
    if (allowed.length === 0) return problemOfStatus(404);
    reply.header('allow', allowed.join(', '));
    return problemOfStatus(405);
  }
}
