import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findBinary, reportMissing } from './binaries.js';

/** A real browser, if this machine has one: said loudly where it has none. */
export const CHROMIUM =
  findBinary('chromium') ??
  findBinary('chromium-browser') ??
  findBinary('google-chrome') ??
  reportMissing('Chromium', 'the hosted pages in a real browser');

const ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const startBrowser = (path: string): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: ARGUMENTS });

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: a breach of the content security policy, a script that threw. */
  complaints: string[];
  /** Addresses asked for that are not the service's own. */
  strangers: string[];
}

/** A person with a browser of their own: no cookie is shared with another visit. */
export async function visit(browser: Browser, baseURL: string, options: { width?: number } = {}): Promise<Visit> {
  const viewport = { width: options.width ?? 1200, height: 860 };
  const context = await browser.newContext({ baseURL, viewport, locale: 'en-GB' });
  context.setDefaultTimeout(8_000);
  const seen: Visit = { page: await context.newPage(), context, complaints: [], strangers: [] };
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.complaints.push(message.text());
  });
  context.on('weberror', (error) => seen.complaints.push(error.error().message));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${baseURL}/`) && !url.startsWith('data:')) seen.strangers.push(url);
  });
  return seen;
}
