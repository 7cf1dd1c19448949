import { confirmDialog } from './dialogs.js';
import { button } from './dom.js';
import { whileBusy } from './forms.js';
import { Problem } from './graphql.js';
import { askProven } from './reauthenticate.js';
import { askSignedIn } from './session.js';
import { timeText } from './time.js';
import { refusalText } from './words.js';

/** A refusal as something thrown, for places that have no field to show it beside. */
export async function orThrow(answer) {
  const result = await answer;
  if (result.__typename === 'Refused') throw new Problem(result.code, refusalText(result, timeText));
  return result;
}

/**
 * A button that changes something at once, and shows what it came to.
 * @param about which of several things it stands beside, for those who hear the button alone
 */
export function changeButton(label, { query, variables, said, reload, proven = true, about = null }) {
  const work = async () => {
    await orThrow((proven ? askProven : askSignedIn)(query, variables));
    await reload(said);
  };
  return running(label, about, work, reload);
}

/** The same, with a question before it. */
export function carefulButton(label, { title, text, query, variables, said, reload, about = null }) {
  const work = async () => {
    await confirmDialog({ title, text, label, work: () => orThrow(askProven(query, variables)) });
    await reload(said);
  };
  return running(label, about, work, reload);
}

function running(label, about, work, reload) {
  const control = button(label, () => void whileBusy(control, work, (text) => void reload(text, 'bad')));
  if (about !== null) control.setAttribute('aria-label', `${label}: ${about}`);
  return control;
}
