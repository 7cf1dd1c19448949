import { confirmDialog } from './dialogs.js';
import { button } from './dom.js';
import { whileBusy } from './forms.js';
import { askSignedIn, Problem } from './graphql.js';
import { askProven } from './reauthenticate.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/** A refusal as something thrown, for places that have no field to show it beside. */
export async function orThrow(answer) {
  const result = await answer;
  if (result.__typename === 'Refused') throw new Problem(result.code, refusalText(result, timeText));
  return result;
}

/** A button that changes something at once, and shows what it came to. */
export function changeButton(label, { query, variables, said, reload, proven = true, kind = 'secondary' }) {
  const work = async () => {
    await orThrow((proven ? askProven : askSignedIn)(query, variables));
    await reload(said);
  };
  const control = button(label, () => void whileBusy(control, work, (text) => void reload(text, 'bad')), kind);
  return control;
}

/** The same, with a question before it. */
export function carefulButton(label, { title, text, query, variables, said, reload, kind = 'secondary' }) {
  const work = async () => {
    await confirmDialog({ title, text, label, work: () => orThrow(askProven(query, variables)) });
    await reload(said);
  };
  const control = button(label, () => void whileBusy(control, work, (problem) => void reload(problem, 'bad')), kind);
  return control;
}
