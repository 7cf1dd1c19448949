import { el, link, notice, paragraph, show } from './dom.js';
import { field, form } from './forms.js';
import { ask } from './graphql.js';
import { CONFIRM_EMAIL } from './operations.js';
import { dropLinkToken, takeLinkToken } from './storage.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/** Nothing happens until 'Verify' is pressed: mail scanners open links, but press no buttons. */

const token = takeLinkToken();

const toSignIn = () => link('Sign in', '/sign-in', 'button primary');

function refused(text) {
  show(
    'This link does not work',
    notice(text, 'bad'),
    paragraph('If your address is not confirmed yet, ask your administrator to mail you a new link.'),
    toSignIn(),
  );
}

function start() {
  const attributes = { type: 'password', autocomplete: 'new-password', maxlength: 256 };
  const password = field({
    ...attributes,
    label: 'New password',
    name: 'new-password',
    hint: 'A few words in a row are easy to keep in mind and hard to guess.',
  });
  const repeated = field({ ...attributes, label: 'New password once more', name: 'new-password-again' });
  const submit = async () => {
    password.clear();
    repeated.clear();
    if (password.value() !== repeated.value()) return repeated.fail('The two are not the same.');
    const newPassword = password.value() === '' ? null : password.value();
    const result = await ask(CONFIRM_EMAIL, { token, newPassword });
    if (result.__typename === 'Refused') {
      if (result.code === 'LINK_INVALID') {
        dropLinkToken();
        return refused(result.message);
      }
      return password.fail(refusalText(result, timeText));
    }
    dropLinkToken();
    return show('Done', notice(result.message, 'good'), toSignIn());
  };
  show(
    'Confirm your address',
    paragraph('Press Verify, and we know that mail to this address reaches you.'),
    form({
      parts: [
        el(
          'fieldset',
          { class: 'optional' },
          el('legend', null, 'Choose a password, if you have none yet'),
          paragraph('Leave both fields empty if you have one already.', 'hint'),
          password.root,
          repeated.root,
        ),
      ],
      label: 'Verify',
      submit,
    }),
  );
}

if (token === null) refused('The address holds no token. Use the link as it stands in the mail.');
else start();
