import { codeField } from './code-field.js';
import { button, el, paragraph, show } from './dom.js';
import { checkbox, form, whileBusy } from './forms.js';
import { Problem } from './graphql.js';
import { CODE_DELIVERY, CONFIRM_ENROLLMENT } from './operations.js';
import { reasonsBox } from './reasons.js';
import { deliveryBox, validity } from './sent-code.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/** In fours, since thirty-two letters in one run cannot be typed without a slip. */
export const grouped = (secret) => secret.match(/.{1,4}/g)?.join(' ') ?? '';

const TITLES = { TOTP: 'Set up your authenticator app', EMAIL: 'Check your e-mail', SMS: 'Check your phone' };

/**
 * The QR code, or where a code was sent, and the field for the code that proves it: all on one page.
 * @param again starts the set-up anew, which also sends a new code; null where that cannot be done
 * @param others buttons that lead elsewhere
 */
export function confirmStep(door, enrollment, { again = null, others = [] } = {}) {
  const { totp, sent } = enrollment;
  const code = codeField(
    enrollment.method,
    totp === null ? null : 'The six digits that the app shows for this account.',
  );
  const days = door.rememberBrowserDays ?? null;
  const memory = days === null ? null : checkbox(`Remember this browser for ${String(days)} days`, 'remember-browser');
  const confirm = () =>
    confirmCode(door, { enrollment, code, again, others, rememberBrowser: memory?.checked() ?? false });
  show(
    TITLES[enrollment.method],
    totp === null ? null : scanBox(totp),
    sent === null ? null : paragraph(`A code is on its way to ${sent.destination}.`),
    totp === null && sent === null ? paragraph('Press the button of the hard token that you were given.') : null,
    form({
      parts: [code.root, sent && validity(sent.expiresAt), sent && again && resendBox(door, sent, again), memory?.root],
      label: 'Validate',
      submit: confirm,
    }),
    reasonsBox(door.reasons),
    el('div', { class: 'links' }, ...others),
  );
}

/** An image, so that nothing inside the drawing could run, and one that stays sharp at any zoom. */
const drawn = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

const scanBox = ({ secret, qrCodeSvg }) =>
  el(
    'div',
    { class: 'scan' },
    paragraph(
      'Open an authenticator app on your phone, such as Google Authenticator, add an account and scan this code.',
    ),
    el('img', {
      class: 'qr',
      src: drawn(qrCodeSvg),
      alt: 'QR code for the authenticator app',
      width: 240,
      height: 240,
    }),
    el(
      'div',
      { class: 'secret' },
      el('p', { class: 'hint' }, 'Cannot scan it? Type this key into the app; it is time-based.'),
      el('code', { 'data-secret': true }, grouped(secret)),
    ),
  );

function resendBox(door, sent, again) {
  const { ticket } = door;
  return deliveryBox({
    sent,
    resendAt: sent.resendAt,
    look: ticket === null ? null : () => door.ask(CODE_DELIVERY, { ticket }),
    // Refused means too soon, or not at all: the code that was sent stays good, and the button says what to do.
    again: () => again((refusal) => Promise.reject(new Problem('REFUSED', refusalText(refusal, timeText)))),
  });
}

async function confirmCode(door, { enrollment, code, again, others, rememberBrowser }) {
  code.clear();
  const input = { ticket: door.ticket, enrollmentId: enrollment.id, code: code.value(), rememberBrowser };
  const result = await door.ask(CONFIRM_ENROLLMENT, { input });
  if (result.__typename !== 'Refused') return door.finish(result);
  const text = refusalText(result, timeText);
  if (result.code === 'OTP_INVALID' && result.attemptsLeft !== 0) return code.fail(text);
  const ticketOver = result.code === 'TICKET_INVALID' || result.attemptsLeft === 0;
  return ticketOver && door.ticket !== null ? door.restart(text) : overStep(text, again, others);
}

/** This set-up is over, the sign-in is not. */
function overStep(text, again, others) {
  const anew = again && button('Start the set-up again', () => void whileBusy(anew, () => again(null)), 'primary');
  show('That did not work', paragraph(text), anew, el('div', { class: 'links' }, ...others));
}
