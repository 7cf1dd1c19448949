import { codeField } from './code-field.js';
import { button, el, notice, paragraph, show } from './dom.js';
import { checkbox, choices, form, whileBusy } from './forms.js';
import { ask } from './graphql.js';
import { mailedReset } from './mailed-link.js';
import { CODE_DELIVERY, SEND_CODE, VERIFY } from './operations.js';
import { reasonsBox } from './reasons.js';
import { deliveryBox, validity } from './sent-code.js';
import { secondsUntil, timeText } from './time.js';
import { isSendable, optionText, refusalText } from './words.js';

const HINTS = { TOTP: 'The digits that your authenticator app, or your hard token, shows now.' };

/**
 * The second factor of a sign-in.
 * @param required the server's SecondFactorRequired
 * @param steps `finish(signedIn)`, and `restart(text)` for when this sign-in is over
 */
export function challenge(required, steps) {
  const { methods, preferred } = required;
  const ordered = [...methods].sort((a, b) => Number(b.method === preferred) - Number(a.method === preferred));
  const own = ordered.filter(({ method }) => method !== 'RECOVERY_CODE');
  const context = { ...required, ...steps, ordered, own, sent: new Map() };
  return own.length > 1 ? choose(context) : enter(context, own[0] ?? ordered[0]);
}

function choose(context) {
  const choice = choices('How do you want to prove that it is you?', 'method', context.ordered.map(optionText));
  show(
    'One more step',
    form({
      parts: [choice.root],
      label: 'Continue',
      submit: () =>
        enter(
          context,
          context.ordered.find(({ method }) => method === choice.value()),
        ),
    }),
    reasonsBox(context.reasons),
    el(
      'div',
      { class: 'links' },
      button('Start again', () => context.restart(null), 'quiet'),
    ),
  );
}

/** To the code field of one method; a code that has to travel is sent at once, unless one is good still. */
async function enter(context, option) {
  const { method } = option;
  const known = context.sent.get(method);
  if (!isSendable(method) || (known !== undefined && secondsUntil(known.expiresAt) > 0))
    return codeStep(context, option);
  return sendThenAsk(context, option);
}

async function sendThenAsk(context, option) {
  const { method } = option;
  const result = await ask(SEND_CODE, { input: { ticket: context.ticket, method } });
  if (result.__typename === 'CodeSent') {
    context.sent.set(method, result);
    return codeStep(context, option);
  }
  if (result.code === 'TICKET_INVALID') return context.restart(result.message);
  return codeStep(context, option, result);
}

/** @param refusal why the code, or the mail with a new QR code, could not be sent */
function codeStep(context, option, refusal = null) {
  const { method } = option;
  const { ticket, rememberBrowserDays: days } = context;
  const sent = context.sent.get(method) ?? null;
  const code = codeField(method, HINTS[method] ?? null);
  const offersMemory = days !== null && method !== 'RECOVERY_CODE';
  const memory = offersMemory ? checkbox(`Remember this browser for ${String(days)} days`, 'remember-browser') : null;
  const verify = () => verifyCode(context, { method, code, rememberBrowser: memory?.checked() ?? false });

  const delivery = isSendable(method)
    ? deliveryBox({
        sent,
        resendAt: refusal?.retryAt ?? sent?.resendAt ?? null,
        look: () => ask(CODE_DELIVERY, { ticket }),
        again: () => sendThenAsk(context, option),
      })
    : null;
  show(
    method === 'RECOVERY_CODE' ? 'Enter a recovery code' : 'Enter your code',
    sent === null ? null : paragraph(`A code is on its way to ${sent.destination}.`),
    notice(refusal && refusalText(refusal, timeText), 'bad'),
    form({
      parts: [code.root, sent && validity(sent.expiresAt), delivery, memory?.root],
      label: 'Validate',
      submit: verify,
    }),
    reasonsBox(context.reasons),
    el('div', { class: 'links' }, ...otherWays(context, option)),
  );
}

async function verifyCode({ ticket, finish, restart }, { method, code, rememberBrowser }) {
  code.clear();
  const result = await ask(VERIFY, { input: { ticket, method, code: code.value(), rememberBrowser } });
  if (result.__typename === 'SignedIn') return finish(result);
  const text = refusalText(result, timeText);
  if (result.code === 'TICKET_INVALID' || result.code === 'TOO_MANY_ATTEMPTS' || result.attemptsLeft === 0) {
    return restart(text);
  }
  return code.fail(text);
}

function otherWays(context, { method }) {
  const { ordered, own, canResetTotpByMail } = context;
  const recovery = ordered.find((other) => other.method === 'RECOVERY_CODE');
  const back = own[0];
  const reset = button(
    'Reset QR by mail',
    () => void whileBusy(reset, () => mailedReset(context, (refusal = null) => codeStep(context, { method }, refusal))),
    'quiet',
  );
  return [
    canResetTotpByMail && method === 'TOTP' && reset,
    own.length > 1 && button('Choose another method', () => choose(context), 'quiet'),
    recovery && method !== 'RECOVERY_CODE' && button('Use a recovery code', () => codeStep(context, recovery), 'quiet'),
    method === 'RECOVERY_CODE' &&
      own.length === 1 &&
      button('Back to the code', () => void enter(context, back), 'quiet'),
    button('Start again', () => context.restart(null), 'quiet'),
  ];
}
