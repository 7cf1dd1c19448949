import { signIn } from './sign-in.js';
import { sharedAt, takeWord } from './storage.js';

const word = takeWord();
// Somebody is signed in here, or was: the account page finds out, and comes back if nobody is.
if (word === null && sharedAt('signed-in') > 0) window.location.replace('/account');
else signIn({ word, tone: 'info' });
