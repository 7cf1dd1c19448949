import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { Clock } from '../platform/crypto/index.js';
import type { OutgoingMail } from './mail.transport.js';

export interface DevMail {
  id: string;
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** ISO 8601. */
  sentAt: string;
}

const KEPT = 500;
const FILE = /^[0-9a-f-]{36}\.json$/;

/**
 * Where mails go in embedded mode without SMTP: one file each in `data/mail`, readable by its owner alone, since a
 * mail holds the code or link. Named by the message's id, which sorts by time; a mail sent twice is one file.
 */
@Injectable()
export class DevMailbox {
  private readonly directory: string;

  constructor(
    @Inject(CONFIG) { dataDir }: Config,
    private readonly clock: Clock,
  ) {
    this.directory = join(dataDir, 'mail');
  }

  async store(id: string, mail: OutgoingMail): Promise<void> {
    const { messageId, from, to, subject, text, html } = mail;
    const kept: DevMail = {
      id,
      messageId,
      from: `${from.name} <${from.address}>`,
      to,
      subject,
      text,
      html,
      sentAt: this.clock.now().toISOString(),
    };
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    // Written beside and renamed: a reader never sees half a mail.
    const draft = join(this.directory, `${id}.draft`);
    await writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, join(this.directory, `${id}.json`));
    await this.dropOldest();
  }

  /** Newest first. */
  async list(): Promise<DevMail[]> {
    const names = (await this.names()).reverse();
    const mails = await Promise.all(names.map((name) => this.read(name)));
    return mails.filter((mail) => mail !== null);
  }

  private async dropOldest(): Promise<void> {
    const names = await this.names();
    const surplus = names.slice(0, Math.max(names.length - KEPT, 0));
    await Promise.all(surplus.map((name) => rm(join(this.directory, name), { force: true })));
  }

  /** Oldest first. */
  private async names(): Promise<string[]> {
    try {
      return (await readdir(this.directory)).filter((name) => FILE.test(name)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private async read(name: string): Promise<DevMail | null> {
    try {
      return JSON.parse(await readFile(join(this.directory, name), 'utf8')) as DevMail;
    } catch (error) {
      // Dropped since the folder was listed.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
