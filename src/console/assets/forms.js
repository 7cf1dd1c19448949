import { announce, el } from './dom.js';
import { problemText } from './graphql.js';

let made = 0;

/** A labelled field with its hint and, beside it, whatever is wrong with what was typed. */
export function field({ label, hint = null, ...attributes }) {
  made += 1;
  const id = `field-${String(made)}`;
  const hintNode = hint === null ? null : el('p', { id: `${id}-hint`, class: 'hint' }, hint);
  const error = el('p', { id: `${id}-error`, class: 'field-error', 'aria-live': 'assertive' });
  const input = el('input', {
    id,
    'aria-describedby': hint === null ? `${id}-error` : `${id}-hint ${id}-error`,
    ...attributes,
  });
  const box = attributes.type === 'password' ? el('div', { class: 'with-button' }, input, reveal(input, label)) : input;
  return {
    root: el('div', { class: 'field' }, el('label', { for: id }, label), hintNode, box, error),
    input,
    value: () => input.value,
    fail(text) {
      error.textContent = text;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
      if (attributes.type !== 'password') input.select();
    },
    clear() {
      error.textContent = '';
      input.removeAttribute('aria-invalid');
    },
  };
}

function reveal(input, label) {
  const toggle = el('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'Show');
  toggle.setAttribute('aria-label', `Show: ${label}`);
  toggle.addEventListener('click', () => {
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    toggle.textContent = shown ? 'Show' : 'Hide';
    toggle.setAttribute('aria-pressed', String(!shown));
  });
  return toggle;
}

export function checkbox(label, name) {
  const input = el('input', { type: 'checkbox', name });
  return { root: el('label', { class: 'check' }, input, el('span', null, label)), checked: () => input.checked };
}

/** Choices of which one is taken: the first, unless told otherwise. */
export function choices(legend, name, options, chosen = options[0].value) {
  const inputs = options.map(({ value }) => el('input', { type: 'radio', name, value, checked: value === chosen }));
  const rows = options.map(({ label, detail }, index) =>
    el('label', { class: 'choice' }, inputs[index], el('span', null, el('b', null, label), el('small', null, detail))),
  );
  return {
    root: el('fieldset', null, el('legend', null, legend), ...rows),
    value: () => inputs.find((input) => input.checked)?.value ?? chosen,
  };
}

/**
 * A form that rests while its work runs, so that Enter pressed twice sends once, and says what went wrong.
 * @param submit the work; what it throws is shown above the button
 */
export function form({ parts, label, submit, kind = 'primary', after = [] }) {
  const error = el('p', { class: 'notice bad', role: 'alert', hidden: true });
  const go = el('button', { type: 'submit', class: kind }, label);
  const node = el('form', { autocomplete: 'on' }, ...parts, error, go, ...after);
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    error.hidden = true;
    void whileBusy(go, submit, (text) => {
      error.textContent = text;
      error.hidden = false;
    });
  });
  return node;
}

/** A button whose work runs once at a time. What it throws is handed to `fail`. */
export async function whileBusy(control, work, fail = announce) {
  if (control.getAttribute('aria-disabled') === 'true') return;
  control.setAttribute('aria-disabled', 'true');
  control.classList.add('busy');
  try {
    await work();
  } catch (problem) {
    const text = problemText(problem);
    if (text !== null) fail(text);
  } finally {
    control.removeAttribute('aria-disabled');
    control.classList.remove('busy');
  }
}
