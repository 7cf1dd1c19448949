import { challenge } from './challenge.js';
import { notice, paragraph, show } from './dom.js';
import { enroll } from './enrollment.js';
import { checkbox, field, form } from './forms.js';
import { ask } from './graphql.js';
import { LOGIN } from './operations.js';
import { showRecoveryCodes } from './recovery-codes.js';
import { remember } from './storage.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

const toAccount = () => window.location.assign('/account');

/** Signed in: the session is in cookies that scripts cannot read, and this only notes that there is one. */
export function finish(signedIn) {
  remember('signed-in');
  const { recoveryCodes } = signedIn;
  if (recoveryCodes === null || recoveryCodes === undefined) return toAccount();
  return showRecoveryCodes(recoveryCodes, { next: toAccount });
}

function goOn(result, restart) {
  if (result.__typename === 'SignedIn') return finish(result);
  if (result.__typename === 'SecondFactorRequired') return challenge(result, { finish, restart });
  return enroll({ ...result, ask, finish, restart, leave: null });
}

/**
 * E-mail and password, and whatever the server wants to see next.
 * @param then what to do with an answer other than a refusal; by default the rest of the sign-in
 * @param lead a sentence above the form
 */
export function signIn({
  title = 'Sign in',
  lead = null,
  word = null,
  tone = 'bad',
  offerRemember = true,
  then = goOn,
} = {}) {
  const email = field({
    label: 'E-mail address',
    name: 'username',
    type: 'email',
    autocomplete: 'username',
    spellcheck: 'false',
    required: true,
  });
  const password = field({
    label: 'Password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const keep = offerRemember ? checkbox('Keep me signed in', 'remember-me') : null;
  const restart = (text) => {
    const typed = email.value();
    signIn({ title, lead, word: text, offerRemember, then }).prefill(typed);
  };

  const submit = async () => {
    password.clear();
    const input = {
      email: email.value(),
      password: password.value(),
      rememberMe: keep?.checked() ?? false,
      useCookies: true,
    };
    const result = await ask(LOGIN, { input });
    if (result.__typename !== 'Refused') return then(result, restart);
    return password.fail(refusalText(result, timeText));
  };
  show(
    title,
    lead === null ? null : paragraph(lead),
    notice(word, tone),
    form({ parts: [email.root, password.root, keep?.root], label: 'Sign in', submit }),
  );
  return {
    prefill(typed) {
      email.input.value = typed;
      if (typed !== '' && word === null) password.input.focus();
    },
  };
}
