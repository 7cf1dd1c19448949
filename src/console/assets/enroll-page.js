import { link, notice, paragraph, show } from './dom.js';
import { confirmStep } from './enrollment-confirm.js';
import { ask } from './graphql.js';
import { OPEN_ENROLLMENT_LINK } from './operations.js';
import { finish, signIn } from './sign-in.js';
import { dropLinkToken, remember, takeLinkToken } from './storage.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/** The mailed link's page. The link alone shows nothing: a sign-in of the same person must stand beside it. */

const token = takeLinkToken();

function refused(text) {
  show(
    'This link does not work',
    notice(text, 'bad'),
    paragraph('Sign in again to have a new one mailed to you.'),
    link('Sign in', '/sign-in', 'button primary'),
  );
}

/** Not asked for a second factor, as on a trusted browser: there is nothing that the link could be opened with. */
function notNeeded() {
  remember('signed-in');
  dropLinkToken();
  show(
    'You are signed in',
    paragraph(
      'No second factor was asked of you, so that the link was not opened. Your account page is the place to change it.',
    ),
    link('To your account', '/account', 'button primary'),
  );
}

async function open(result, restart) {
  if (result.__typename === 'SignedIn') return notNeeded();
  const { ticket, reasons, rememberBrowserDays } = result;
  const opened = await ask(OPEN_ENROLLMENT_LINK, { input: { token, ticket } });
  if (opened.__typename === 'Refused') {
    if (opened.code === 'TICKET_INVALID') return restart(opened.message);
    if (opened.code === 'LINK_INVALID') dropLinkToken();
    return refused(refusalText(opened, timeText));
  }
  // It opens once only; from here on the enrollment carries on.
  dropLinkToken();
  const over = (text) => refused(text ?? 'This sign-in is over.');
  return confirmStep({ ask, ticket, reasons, rememberBrowserDays, finish, restart: over }, opened);
}

if (token === null)
  refused('The address holds no token, or the link was opened already. Use the link as it stands in the mail.');
else {
  signIn({
    title: 'Set up your authenticator app',
    lead: 'Sign in to see your QR code. Have your phone at hand.',
    offerRemember: false,
    then: open,
  });
}
