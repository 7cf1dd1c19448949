import { button, el, notice, paragraph, show } from './dom.js';
import { ask } from './graphql.js';
import { REQUEST_TOTP_RESET } from './operations.js';
import { deliveryBox } from './sent-code.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/**
 * Says that a link was mailed, and offers to mail another.
 * @param sent what the server said of it
 * @param again mails another link; it ends the one before
 */
export function showMailedLink({ sent, lead, again, refusal = null, others = [] }) {
  const resendAt = refusal?.retryAt ?? sent.resendAt;
  show(
    'Look into your mailbox',
    paragraph(`A mail with a link is on its way to ${sent.destination}.`),
    paragraph(lead),
    paragraph(
      `The link works until ${timeText(sent.expiresAt)}, once, and only for you: it asks for your password first. Open it in this browser.`,
    ),
    notice(refusal && refusalText(refusal, timeText), 'bad'),
    deliveryBox({ sent: { ...sent, delivery: null }, resendAt, again, what: 'link' }),
    el('div', { class: 'links' }, ...others),
  );
}

/**
 * 'Reset QR by mail': for a new phone.
 * @param back to the code field, with the refusal if there was one
 */
export async function mailedReset(context, back, before = null) {
  const result = await ask(REQUEST_TOTP_RESET, { ticket: context.ticket });
  const refused = result.__typename === 'Refused';
  if (refused && result.code === 'TICKET_INVALID') return context.restart(result.message);
  if (refused && before === null) return back(result);
  const sent = refused ? before : result;
  return showMailedLink({
    sent,
    lead: 'It leads to a new QR code. Until that is set up, your old app keeps working.',
    again: () => mailedReset(context, back, sent),
    refusal: refused ? result : null,
    others: [button('Back to the code', () => back(), 'quiet')],
  });
}
