import { codeField } from './code-field.js';
import { cancelButton, openDialog } from './dialogs.js';
import { el, focusFirst, paragraph } from './dom.js';
import { choices, field, form } from './forms.js';
import { PROVABLE, REAUTHENTICATE, SEND_REAUTHENTICATION_CODE } from './operations.js';
import { deliveryBox } from './sent-code.js';
import { askSignedIn } from './session.js';
import { timeText } from './time.js';
import { isSendable, optionText, refusalText } from './words.js';

/** As `askSignedIn`; where the server wants to know once more who is there, asks the person, and sends it again. */
export async function askProven(query, variables = {}) {
  try {
    return await askSignedIn(query, variables);
  } catch (problem) {
    if (problem.code !== 'REAUTHENTICATION_REQUIRED') throw problem;
    await reauthenticate();
    return askSignedIn(query, variables);
  }
}

async function reauthenticate() {
  const { twoFactor, ...me } = await askSignedIn(PROVABLE);
  const { factors, preferred, recoveryCodesLeft } = twoFactor;
  const enrolled = [...factors].sort((a, b) => Number(b.method === preferred) - Number(a.method === preferred));
  // Policy may take others than those enrolled, and says so only when asked: they are offered from then on.
  const further = [
    me.emailConfirmed && { method: 'EMAIL', destination: me.email },
    me.phoneConfirmed && me.phone && { method: 'SMS', destination: me.phone },
  ].filter((option) => option && !factors.some(({ method }) => method === option.method));
  const recovery = recoveryCodesLeft > 0 ? [{ method: 'RECOVERY_CODE', destination: null }] : [];
  const options = enrolled.length === 0 ? [] : [...enrolled, ...recovery];
  const method = options[0]?.method ?? null;
  return openDialog('Is it still you?', (body, { done, close }) =>
    draw({ body, done, close, me, options, further, method }),
  );
}

/** @param state what is offered, chosen, and known of a code that was sent */
function draw(state) {
  const { body, done, close, me, options, method } = state;
  const password = field({
    label: 'Password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  password.input.value = state.password ?? '';
  const code = method === null ? null : codeField(method);
  const redraw = (change) => {
    body.replaceChildren();
    draw({ ...state, password: password.value(), ...change });
    // Arrow keys walk through the methods: the keyboard stays with them.
    const radio = change.method && !change.problem ? body.querySelector(':checked') : null;
    if (radio) radio.focus();
    else focusFirst(body);
  };
  const delivery = method !== null && isSendable(method) ? sendBox(state, redraw) : null;

  const submit = async () => {
    password.clear();
    code?.clear();
    const input = { password: password.value(), method, code: code?.value() ?? null };
    const result = await askSignedIn(REAUTHENTICATE, { input });
    if (result.__typename === 'Reauthenticated') return done(true);
    const text = refusalText(result, timeText);
    if (result.code === 'METHOD_NOT_ALLOWED' && state.further.length > 0) return redraw(offerFurther(state, text));
    return result.code === 'INVALID_CREDENTIALS' || code === null ? password.fail(text) : code.fail(text);
  };
  body.append(
    paragraph('A change like this needs your password again, and a code where you have a second factor.'),
    state.problem ? el('p', { class: 'notice bad', tabindex: '-1' }, state.problem) : '',
    form({
      // The name goes with the password, for password managers.
      parts: [
        el('input', { type: 'text', name: 'username', autocomplete: 'username', value: me.email, hidden: true }),
        password.root,
        options.length > 1 &&
          methodChoice(options, method, (chosen) => redraw({ method: chosen, sent: null, problem: null })),
        delivery,
        code?.root,
      ].filter(Boolean),
      label: 'Continue',
      submit,
      after: [cancelButton(close)],
    }),
  );
}

const offerFurther = ({ options, further }, problem) => ({
  options: [...further, ...options],
  further: [],
  method: further[0].method,
  sent: null,
  problem,
});

function methodChoice(options, method, choose) {
  const choice = choices('Second factor', 'reauthentication-method', options.map(optionText), method);
  choice.root.addEventListener('change', () => choose(choice.value()));
  return choice.root;
}

function sendBox({ method, sent = null, refusal = null }, redraw) {
  const box = deliveryBox({
    sent,
    resendAt: refusal?.retryAt ?? sent?.resendAt ?? null,
    again: async () => {
      const result = await askSignedIn(SEND_REAUTHENTICATION_CODE, { method });
      if (result.__typename === 'CodeSent') return redraw({ sent: result, refusal: null, problem: null });
      return redraw({ refusal: result, problem: refusalText(result, timeText) });
    },
  });
  return el('div', null, sent && paragraph(`A code is on its way to ${sent.destination}.`), box);
}
