import type { LanguageTexts } from '../template.types.js';

const DETAILS = ['Tijd: {time}', 'Browser: {browser}', 'IP-adres: {ip}'] as const;
const NOT_YOU =
  'Was u dit zelf, dan hoeft u niets te doen. Zo niet, wijzig dan meteen uw wachtwoord op {publicUrl} en waarschuw uw beheerder.';
const PASSWORD_KNOWN =
  'Was u dit niet zelf, dan kent iemand uw wachtwoord: wijzig het op {publicUrl} en waarschuw uw beheerder.';

export const nl: LanguageTexts = {
  greeting: 'Hallo {name},',
  unknown: 'onbekend',
  methods: { TOTP: 'authenticator-app', EMAIL: 'e-mail', SMS: 'sms', RECOVERY_CODE: 'herstelcode' },
  templates: {
    code: {
      subject: 'Uw code voor {issuer}',
      before: [
        'Dit is uw code voor {issuer}:',
        '{code}',
        'De code is {duration} geldig. Niemand van {issuer} zal u er ooit om vragen.',
      ],
      after: [PASSWORD_KNOWN],
      sms: '{code} is uw code voor {issuer}, {duration} geldig. Was u dit niet zelf, wijzig dan uw wachtwoord.',
    },
    'enrollment-link': {
      subject: 'Stel uw tweede factor voor {issuer} in',
      before: [
        'Open deze link in de browser waarin u zich aan het aanmelden bent. Hij toont een QR-code voor uw authenticator-app.',
        'De link werkt één keer en is {duration} geldig.',
      ],
      button: 'QR-code tonen',
      after: [PASSWORD_KNOWN],
    },
    'totp-reset-link': {
      subject: 'Een nieuwe QR-code voor {issuer}',
      before: [
        'Er is een nieuwe QR-code voor uw authenticator-app aangevraagd. Open deze link in de browser waarin u zich aan het aanmelden bent.',
        'De link werkt één keer en is {duration} geldig. Uw huidige app blijft werken totdat de nieuwe is bevestigd.',
      ],
      button: 'Nieuwe QR-code tonen',
      after: [PASSWORD_KNOWN],
    },
    activation: {
      subject: 'Bevestig uw e-mailadres voor {issuer}',
      before: ['Bevestig dat dit adres van u is. De link werkt één keer en is {duration} geldig.'],
      button: 'Bevestigen',
      after: ['Verwachtte u dit bericht niet, negeer het dan.'],
    },
    test: {
      subject: 'Testbericht van {issuer}',
      before: ['E-mail van {issuer} bereikt u. Dit bericht is verzonden op {time}.'],
      after: [],
      sms: 'Sms-berichten van {issuer} bereiken u.',
    },
    'factor-added': {
      subject: 'Er is een tweede factor toegevoegd aan uw account bij {issuer}',
      before: ['Deze tweede factor is toegevoegd aan uw account bij {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-removed': {
      subject: 'Er is een tweede factor verwijderd uit uw account bij {issuer}',
      before: ['Deze tweede factor is verwijderd uit uw account bij {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-reset': {
      subject: 'Uw tweede factor bij {issuer} is gewist',
      before: [
        'Uw tweede factor bij {issuer} is gewist. U bent overal afgemeld en stelt hem bij de volgende aanmelding opnieuw in.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'factor-disabled': {
      subject: 'Uw tweede factor bij {issuer} is uitgeschakeld',
      before: ['Deze tweede factor van uw account bij {issuer} is uitgeschakeld: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'recovery-code-used': {
      subject: 'Er is een herstelcode van uw account bij {issuer} gebruikt',
      before: ['Iemand heeft zich bij uw account bij {issuer} aangemeld met een van uw herstelcodes.', ...DETAILS],
      after: [NOT_YOU],
    },
    'password-changed': {
      subject: 'Uw wachtwoord bij {issuer} is gewijzigd',
      before: ['Het wachtwoord van uw account bij {issuer} is gewijzigd.', ...DETAILS],
      after: [NOT_YOU],
    },
    'email-changed': {
      subject: 'Uw e-mailadres bij {issuer} is gewijzigd',
      before: ['Het e-mailadres van uw account bij {issuer} is gewijzigd in {newAddress}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'phone-changed': {
      subject: 'Uw telefoonnummer bij {issuer} is gewijzigd',
      before: ['Het telefoonnummer van uw account bij {issuer} is gewijzigd in {newPhone}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'wrong-factor-thrice': {
      subject: 'Verkeerde codes bij {issuer} na uw juiste wachtwoord',
      before: [
        'Iemand gaf het juiste wachtwoord van uw account bij {issuer} op, en daarna drie keer een verkeerde code.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
  },
};
