/** The pages, by the path they are served under: what the tab says, and the script that draws them. */
export const CONSOLE_PAGES = {
  '/sign-in': { title: 'Sign in', script: 'sign-in-page.js', wide: false },
  '/enroll': { title: 'Set up your second factor', script: 'enroll-page.js', wide: false },
  '/confirm-email': { title: 'Confirm your address', script: 'confirm-email-page.js', wide: false },
  '/account': { title: 'Your account', script: 'account-page.js', wide: true },
} as const satisfies Record<string, ConsolePage>;

export interface ConsolePage {
  title: string;
  script: string;
  wide: boolean;
}

/**
 * Scripts, styles and operations of our own alone. Nothing may be loaded from, or sent to, another host; no form may
 * be posted past the scripts; no page may frame these; and no text can become markup, since no sink takes a string.
 */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // A QR code arrives as data.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The shell of a page. It is the same for everyone: who is there is asked by the script. */
export const consolePage = ({ title, script, wide }: ConsolePage, graphqlPath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <meta name="color-scheme" content="light dark">
    <title>${title} – Countersign</title>
    <link rel="icon" href="/console/assets/mark.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/console/assets/console.css">
    <link rel="stylesheet" href="/console/assets/fields.css">
    <link rel="stylesheet" href="/console/assets/parts.css">
    <link rel="stylesheet" href="/console/assets/lists.css">
    <script type="module" src="/console/assets/${script}"></script>
  </head>
  <body data-graphql-path="${escapeAttribute(graphqlPath)}">
    <header class="masthead">
      <img src="/console/assets/mark.svg" alt="" width="28" height="28">
      <span>Countersign</span>
    </header>
    <main id="view" class="${wide ? 'wide' : 'narrow'}">
      <noscript><p>This page needs JavaScript, from this site alone. Please switch it on and load the page again.</p></noscript>
    </main>
    <div id="announcer" class="unseen" role="status" aria-live="polite"></div>
  </body>
</html>
`;
