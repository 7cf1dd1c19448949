import { passwordCard, sessionsCard, browsersCard } from './account-access.js';
import { twoFactorCards } from './account-two-factor.js';
import { button, el, notice, showParts } from './dom.js';
import { whileBusy } from './forms.js';
import { problemText } from './graphql.js';
import { ACCOUNT, LOGOUT } from './operations.js';
import { askSignedIn, leave } from './session.js';
import { remember } from './storage.js';
import { dateText } from './time.js';

/** One's own account. Everything shown is asked for anew after each change: the server decides, the page shows. */

async function signOut() {
  await askSignedIn(LOGOUT);
  leave('You are signed out.');
}

function head({ displayName, email, emailConfirmed, phone, phoneConfirmed, roles, groups, lastSignInAt }) {
  const out = button('Sign out', () => void whileBusy(out, signOut));
  const facts = [
    ['E-mail', `${email}${emailConfirmed ? '' : ' (not confirmed yet)'}`],
    phone && ['Phone', `${phone}${phoneConfirmed ? '' : ' (not confirmed yet)'}`],
    roles.length > 0 && ['Roles', roles.map(({ name }) => name).join(', ')],
    groups.length > 0 && ['Groups', groups.map(({ name }) => name).join(', ')],
    lastSignInAt && ['Last sign-in', dateText(lastSignInAt)],
  ].filter(Boolean);
  return el(
    'section',
    { class: 'card' },
    el('div', { class: 'between' }, el('h1', { tabindex: '-1' }, displayName), out),
    el(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => el('div', null, el('dt', null, name), el('dd', null, value))),
    ),
  );
}

/** @param said what the last change came to */
async function load(said = null, tone = 'good') {
  const { me, mySessions, myTrustedBrowsers } = await askSignedIn(ACCOUNT);
  remember('signed-in');
  const told = notice(said, tone);
  showParts(
    'Your account',
    told,
    head(me),
    ...twoFactorCards(me, mySessions, load),
    passwordCard(me, load),
    sessionsCard(mySessions, load),
    browsersCard(myTrustedBrowsers, load),
  );
  // After a change the keyboard would be nowhere: the control that was pressed is gone.
  told?.focus();
}

try {
  await load();
} catch (problem) {
  showParts('Your account', notice(problemText(problem), 'bad'));
}
