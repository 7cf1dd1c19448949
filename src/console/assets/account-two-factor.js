import { carefulButton, changeButton, orThrow } from './account-changes.js';
import { button, el, paragraph } from './dom.js';
import { enroll } from './enrollment.js';
import { whileBusy } from './forms.js';
import { REMOVE_FACTOR, RENEW_CODES, RESET_MINE, SET_PREFERRED, SET_USE } from './operations.js';
import { askProven } from './reauthenticate.js';
import { reasonsBox } from './reasons.js';
import { showRecoveryCodes } from './recovery-codes.js';
import { dateText } from './time.js';
import { METHOD } from './words.js';

export function twoFactorCards(me, sessions, reload) {
  // A confirmed address or number is asked for a code without anything having been set up: this sign-in shows it.
  const isProven = sessions.some(({ current, amr }) => current && amr.some((one) => one !== 'pwd'));
  const cards = [stateCard(me, isProven, reload)];
  if (me.twoFactor.enrolled) cards.push(recoveryCard(me.twoFactor, reload));
  return cards;
}

function stateText({ enrolled, required }, isProven) {
  if (required && (enrolled || isProven)) return ['Second factor: on', 'A code is asked for when you sign in.', 'good'];
  if (required) return ['Second factor: to be set up', 'You will be asked to set one up at your next sign-in.', 'bad'];
  if (enrolled) return ['Second factor: not asked for', 'You have one, but nothing asks for it at the moment.', 'info'];
  return ['Second factor: off', 'Your password is all that is asked for.', 'info'];
}

function stateCard(me, isProven, reload) {
  const { twoFactor } = me;
  const { factors, reasons, lockedUntil, enrolled } = twoFactor;
  const [title, text, tone] = stateText(twoFactor, isProven);
  return el(
    'section',
    { class: 'card', 'aria-labelledby': 'two-factor' },
    el('h2', { id: 'two-factor' }, title),
    el('p', { class: `notice ${tone}` }, text),
    lockedUntil &&
      el('p', { class: 'notice bad' }, `Too many wrong codes: no code is taken until ${dateText(lockedUntil)}.`),
    reasonsBox(reasons, 'Why?'),
    factors.length > 0 && el('ul', { class: 'list' }, ...factors.map((factor) => factorRow(factor, twoFactor, reload))),
    el('div', { class: 'row' }, addButton(me, reload), enrolled && resetButton(reload)),
    useRow(twoFactor, reload),
  );
}

function factorRow({ id, method, destination, confirmedAt, lastUsedAt }, { preferred, factors }, reload) {
  const { name } = METHOD[method];
  const isPreferred = preferred === method;
  const used = lastUsedAt ? `last used ${dateText(lastUsedAt)}` : 'not used yet';
  return el(
    'li',
    null,
    el(
      'div',
      null,
      el('b', null, name),
      destination ? ` ${destination}` : null,
      isPreferred ? el('span', { class: 'badge' }, 'preferred') : null,
      el('small', null, `Set up ${dateText(confirmedAt)}, ${used}`),
    ),
    el(
      'div',
      { class: 'row' },
      !isPreferred && factors.length > 1
        ? changeButton('Prefer', {
            query: SET_PREFERRED,
            variables: { method },
            said: `${name} is offered first from now on.`,
            reload,
            about: name,
          })
        : null,
      carefulButton('Remove', {
        title: `Remove: ${name}`,
        text: 'Codes of this kind will not be taken any more, and browsers that you told us to remember are forgotten.',
        query: REMOVE_FACTOR,
        variables: { factorId: id },
        said: `${name} was removed.`,
        reload,
        about: name,
      }),
    ),
  );
}

/** What is not set up yet. Whether the organization allows it is the server's to say. */
function addButton({ twoFactor, phone }, reload) {
  const held = twoFactor.factors.map(({ method }) => method);
  const methods = ['TOTP', 'EMAIL', 'SMS']
    .filter((method) => !held.includes(method))
    .map((method) => ({ method, destination: method === 'SMS' ? phone : null }));
  if (methods.length === 0 || (!twoFactor.required && !twoFactor.canToggle)) return null;
  const finish = ({ recoveryCodes }) => {
    const next = () => void reload('Your second factor is set up.');
    if (recoveryCodes === null) return next();
    return showRecoveryCodes(recoveryCodes, { next });
  };
  const restart = (text) => void reload(text, 'bad');
  const door = { ask: askProven, ticket: null, methods, reasons: [], canDecline: false, graceEndsAt: null };
  const add = () => enroll({ ...door, finish, restart, leave: () => void reload() });
  const control = button(
    held.length === 0 ? 'Set one up' : 'Set up another',
    () => {
      void whileBusy(control, add, restart);
    },
    held.length === 0 ? 'primary' : 'secondary',
  );
  return control;
}

const resetButton = (reload) =>
  carefulButton('Reset: I have a new phone', {
    title: 'Reset your second factor',
    text: 'All of your factors and recovery codes are taken away, other sessions end, and your next sign-in sets everything up anew.',
    query: RESET_MINE,
    said: 'Your second factor was reset. You set it up anew when you next sign in.',
    reload,
  });

function useRow({ use, canToggle, required }, reload) {
  const state = `Use 2FA: ${use ? 'YES' : 'NO'}`;
  if (!canToggle) {
    return el(
      'div',
      { class: 'use' },
      el('b', null, state),
      paragraph('Your administrator decides about this.', 'hint'),
    );
  }
  const control = use
    ? carefulButton('Set to NO', {
        title: 'Set "Use 2FA" to NO',
        text: 'Your factors and recovery codes are taken away, and your password alone signs you in.',
        query: SET_USE,
        variables: { use: false },
        said: '"Use 2FA" is NO now.',
        reload,
      })
    : changeButton('Set to YES', {
        query: SET_USE,
        variables: { use: true },
        said: '"Use 2FA" is YES now.',
        reload,
      });
  const hint = !use && required ? 'A second factor is asked of you all the same: see why above.' : null;
  return el(
    'div',
    { class: 'use between' },
    el('div', null, el('b', null, state), hint && paragraph(hint, 'hint')),
    control,
  );
}

function recoveryCard({ recoveryCodesLeft: left }, reload) {
  const renew = async () => {
    const { codes } = await orThrow(askProven(RENEW_CODES));
    showRecoveryCodes(codes, { next: () => void reload('You have new recovery codes; the old ones work no more.') });
  };
  const control = button('Get new codes', () => void whileBusy(control, renew, (text) => void reload(text, 'bad')));
  const tone = left < 3 ? 'bad' : 'info';
  return el(
    'section',
    { class: 'card', 'aria-labelledby': 'recovery' },
    el('h2', { id: 'recovery' }, 'Recovery codes'),
    el('p', { class: `notice ${tone}` }, left === 1 ? 'One code is left.' : `${String(left)} codes are left.`),
    paragraph('They let you in when your phone is lost. New ones end the old ones, and are shown once.', 'hint'),
    el('div', { class: 'row' }, control),
  );
}
