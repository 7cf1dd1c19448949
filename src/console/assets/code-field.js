import { field } from './forms.js';

/** People type codes as they read them, in groups; the server takes digits alone. */
const withoutBlanks = (text) => text.replace(/\s/g, '');

/** The field of a one-time code. Phones offer the code of a text message here by themselves. */
export function codeField(method, hint = null) {
  if (method === 'RECOVERY_CODE') {
    return field({
      label: 'Recovery code',
      hint: hint ?? 'Sixteen characters. Each of your codes works once.',
      name: 'recovery-code',
      class: 'code long',
      autocomplete: 'off',
      autocapitalize: 'characters',
      spellcheck: 'false',
      maxlength: 40,
      required: true,
    });
  }
  const made = field({
    label: 'Code',
    hint,
    name: 'code',
    class: 'code',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    spellcheck: 'false',
    maxlength: 12,
    required: true,
  });
  return { ...made, value: () => withoutBlanks(made.input.value) };
}
