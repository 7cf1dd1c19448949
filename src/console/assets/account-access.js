import { changeButton } from './account-changes.js';
import { el, paragraph } from './dom.js';
import { field, form } from './forms.js';
import { CHANGE_PASSWORD, REVOKE_BROWSER, REVOKE_SESSION } from './operations.js';
import { askProven } from './reauthenticate.js';
import { dateText, timeText } from './time.js';
import { browserText, provenText, refusalText } from './words.js';

export function passwordCard({ email }, reload) {
  const secret = { type: 'password', maxlength: 256, required: true };
  const current = field({
    ...secret,
    label: 'Current password',
    name: 'current-password',
    autocomplete: 'current-password',
  });
  const next = field({ ...secret, label: 'New password', name: 'new-password', autocomplete: 'new-password' });
  const again = field({
    ...secret,
    label: 'New password once more',
    name: 'new-password-again',
    autocomplete: 'new-password',
  });
  const submit = async () => {
    for (const each of [current, next, again]) each.clear();
    if (next.value() !== again.value()) return again.fail('The two are not the same.');
    const variables = { currentPassword: current.value(), newPassword: next.value() };
    const result = await askProven(CHANGE_PASSWORD, variables);
    if (result.__typename !== 'Refused') return reload(result.message);
    const text = refusalText(result, timeText);
    return result.code === 'WEAK_PASSWORD' ? next.fail(text) : current.fail(text);
  };
  return el(
    'section',
    { class: 'card' },
    el(
      'details',
      { class: 'folded' },
      el('summary', null, el('h2', null, 'Change your password')),
      paragraph('You stay signed in here, and are signed out everywhere else.', 'hint'),
      form({
        parts: [
          el('input', { type: 'text', name: 'username', autocomplete: 'username', value: email, hidden: true }),
          current.root,
          next.root,
          again.root,
        ],
        label: 'Change the password',
        submit,
      }),
    ),
  );
}

const place = (ip) => (ip === null ? 'an unknown address' : ip);

export const sessionsCard = (sessions, reload) =>
  listCard(
    'Sessions',
    'Where you are signed in.',
    sessions,
    ({ id, current, amr, userAgent, ip, createdAt, lastSeenAt }) => [
      el(
        'div',
        null,
        el('b', null, browserText(userAgent)),
        current ? el('span', { class: 'badge' }, 'this one') : null,
        el('small', null, `From ${place(ip)}, by ${provenText(amr)}`),
        el('small', null, `Since ${dateText(createdAt)}, last seen ${dateText(lastSeenAt)}`),
      ),
      current
        ? null
        : changeButton('End', {
            query: REVOKE_SESSION,
            variables: { id },
            said: 'The session has ended.',
            reload,
            proven: false,
            about: browserText(userAgent),
          }),
    ],
  );

export const browsersCard = (browsers, reload) =>
  listCard(
    'Trusted browsers',
    'Browsers that may skip the second factor.',
    browsers,
    ({ id, userAgent, ip, createdAt, expiresAt }) => [
      el(
        'div',
        null,
        el('b', null, browserText(userAgent)),
        el('small', null, `From ${place(ip)}, since ${dateText(createdAt)}`),
        el('small', null, `Until ${dateText(expiresAt)}`),
      ),
      changeButton('Forget', {
        query: REVOKE_BROWSER,
        variables: { id },
        said: 'This browser is asked for a code again.',
        reload,
        proven: false,
        about: browserText(userAgent),
      }),
    ],
  );

function listCard(title, lead, items, row) {
  const id = title.toLowerCase().replace(' ', '-');
  return el(
    'section',
    { class: 'card', 'aria-labelledby': id },
    el('h2', { id }, title),
    paragraph(items.length === 0 ? 'There are none.' : lead, 'hint'),
    items.length === 0 ? null : el('ul', { class: 'list' }, ...items.map((item) => el('li', null, ...row(item)))),
  );
}
