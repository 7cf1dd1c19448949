import { Controller, ForbiddenException, Get, Header, Inject, Req } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { Public } from '../shared/access.js';
import { type DevMail, DevMailbox } from './dev-mailbox.js';
import { MAILBOX_CSP, mailboxPage } from './dev-mailbox.page.js';

/** What is needed of the request, whatever the HTTP framework. */
interface IncomingRequest {
  headers: Record<string, string | string[] | undefined>;
  socket: { remoteAddress?: string | undefined };
}

const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'] as const;

/** Mails hold codes and links, so they are shown to this machine alone, and only in embedded mode without SMTP. */
@Controller('dev')
export class DevMailboxController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mailbox: DevMailbox,
  ) {}

  @Public()
  @Get('mailbox')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', MAILBOX_CSP)
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @Header('x-content-type-options', 'nosniff')
  async page(@Req() request: IncomingRequest): Promise<string> {
    this.refuseStrangers(request);
    return mailboxPage(await this.mailbox.list(), this.config.publicUrl);
  }

  @Public()
  @Get('mailbox.json')
  @Header('cache-control', 'no-store')
  @Header('x-content-type-options', 'nosniff')
  async json(@Req() request: IncomingRequest): Promise<DevMail[]> {
    this.refuseStrangers(request);
    return this.mailbox.list();
  }

  private refuseStrangers({ headers, socket }: IncomingRequest): void {
    const isLocal = LOOPBACK.test(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined);
    if (!isLocal || !this.isOurHost(headers.host)) {
      throw new ForbiddenException(
        `The mailbox is shown to this machine alone: open http://localhost:${String(this.config.port)}/dev/mailbox there, or read the files in data/mail.`,
      );
    }
  }

  /** A page elsewhere whose name is made to point here (DNS rebinding) sends its own name as the host. */
  private isOurHost(host: string | string[] | undefined): boolean {
    if (typeof host !== 'string' || !URL.canParse(`http://${host}`)) return false;
    const { hostname } = new URL(`http://${host}`);
    return ['localhost', '127.0.0.1', '[::1]', new URL(this.config.publicUrl).hostname].includes(hostname);
  }
}
