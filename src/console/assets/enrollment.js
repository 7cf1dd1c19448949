import { button, el, notice, paragraph, show } from './dom.js';
import { choices, field, form, whileBusy } from './forms.js';
import { confirmStep } from './enrollment-confirm.js';
import { showMailedLink } from './mailed-link.js';
import { DECLINE_ENROLLMENT, START_ENROLLMENT } from './operations.js';
import { reasonsBox } from './reasons.js';
import { dateText, timeText } from './time.js';
import { optionText, refusalText } from './words.js';

/**
 * Setting up a factor, in the middle of a sign-in or signed in.
 * @param door `ask` sends; `ticket` or null; `methods`, `reasons`, `canDecline`, `graceEndsAt` as the server gave them;
 *   `finish(result)` when it is done; `restart(text)` when the ticket is over; `leave` to go back, or null
 */
export function enroll(door) {
  return door.methods.length === 1 ? begin(door, door.methods[0]) : choose(door);
}

function choose(door, refusal = null) {
  const choice = choices('Choose how you want to prove that it is you', 'method', door.methods.map(optionText));
  show(
    'Set up your second factor',
    paragraph('From now on a password alone is not enough: something that only you have goes with it.'),
    notice(refusal && refusalText(refusal, timeText), 'bad'),
    form({
      parts: [choice.root],
      label: 'Continue',
      submit: () =>
        begin(
          door,
          door.methods.find(({ method }) => method === choice.value()),
        ),
    }),
    reasonsBox(door.reasons),
    el('div', { class: 'links' }, ...waysOut(door)),
  );
}

/** A text needs a number first, where there is none on file. */
function begin(door, option) {
  return option.method === 'SMS' && option.destination === null ? phoneStep(door, option) : start(door, option, null);
}

function phoneStep(door, option) {
  const phone = field({
    label: 'Mobile phone number',
    hint: 'With its country code, for example +31 6 12345678.',
    name: 'phone',
    type: 'tel',
    autocomplete: 'tel',
    maxlength: 40,
    required: true,
  });
  show(
    'Set up text messages',
    form({
      parts: [phone.root],
      label: 'Send a code',
      submit: () => {
        phone.clear();
        return start(door, option, phone.value(), (refusal) => phone.fail(refusalText(refusal, timeText)));
      },
    }),
    reasonsBox(door.reasons),
    el('div', { class: 'links' }, ...waysOut(door, { chosen: true })),
  );
}

async function start(door, option, phone, refused = null) {
  const result = await door.ask(START_ENROLLMENT, { input: { ticket: door.ticket, method: option.method, phone } });
  if (result.__typename === 'Refused') {
    if (result.code === 'TICKET_INVALID') return door.restart(result.message);
    return refused === null ? stuck(door, option, result) : refused(result);
  }
  const again = (fail) => start(door, option, phone, fail);
  const others = waysOut(door, { chosen: true });
  const isLink = result.method === 'TOTP' && result.sent !== null && result.totp === null;
  return isLink ? linkStep(result, again, others) : confirmStep(door, result, { again, others });
}

function linkStep(enrollment, again, others, refusal = null) {
  showMailedLink({
    sent: enrollment.sent,
    lead: 'It leads to the QR code for your authenticator app.',
    again: () => again((result) => linkStep(enrollment, again, others, result)),
    refusal,
    others,
  });
}

/** Could not even begin: the other methods, if there are any, or the same one again. */
function stuck(door, option, refusal) {
  if (door.methods.length > 1) return choose(door, refusal);
  return show(
    'Set up your second factor',
    notice(refusalText(refusal, timeText), 'bad'),
    form({ parts: [], label: 'Try again', submit: () => begin(door, option) }),
    reasonsBox(door.reasons),
    el('div', { class: 'links' }, ...waysOut(door)),
  );
}

/** Another method, 'Disable 2FA' or 'Later' where that is open to this person, and the way back. */
export function waysOut(door, { chosen = false } = {}) {
  const { canDecline, graceEndsAt, methods, leave, restart } = door;
  const label = graceEndsAt ? `Later (until ${dateText(graceEndsAt)})` : 'Disable 2FA';
  const decline = button(label, () => void whileBusy(decline, () => declineNow(door)), 'secondary');
  return [
    chosen && methods.length > 1 && button('Choose another method', () => choose(door), 'quiet'),
    leave ? button('Cancel', leave, 'quiet') : button('Start again', () => restart(null), 'quiet'),
    canDecline && decline,
  ];
}

async function declineNow(door) {
  const result = await door.ask(DECLINE_ENROLLMENT, { ticket: door.ticket });
  return result.__typename === 'SignedIn' ? door.finish(result) : door.restart(result.message);
}
