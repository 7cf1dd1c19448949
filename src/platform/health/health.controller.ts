import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../shared/access.js';
import { Readiness } from './readiness.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  /** The process runs and answers; says nothing about what it depends on, or a database outage would restart it. */
  @Get('live')
  @Public()
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Whether requests should be sent here now. */
  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready, stopping, parts } = await this.readiness.report();
    if (!ready) reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: stopping ? 'stopping' : ready ? 'ready' : 'not ready', ...parts };
  }
}
