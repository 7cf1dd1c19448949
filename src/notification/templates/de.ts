import type { LanguageTexts } from '../template.types.js';

const DETAILS = ['Zeit: {time}', 'Browser: {browser}', 'IP-Adresse: {ip}'] as const;
const NOT_YOU =
  'Wenn Sie das waren, ist nichts zu tun. Wenn nicht, ändern Sie sofort Ihr Passwort unter {publicUrl} und melden Sie es Ihrer Administration.';
const PASSWORD_KNOWN =
  'Wenn Sie das nicht waren, kennt jemand Ihr Passwort: Ändern Sie es unter {publicUrl} und melden Sie es Ihrer Administration.';

export const de: LanguageTexts = {
  greeting: 'Guten Tag {name},',
  unknown: 'unbekannt',
  methods: { TOTP: 'Authenticator-App', EMAIL: 'E-Mail', SMS: 'SMS', RECOVERY_CODE: 'Wiederherstellungscode' },
  templates: {
    code: {
      subject: 'Ihr Code für {issuer}',
      before: [
        'Das ist Ihr Code für {issuer}:',
        '{code}',
        'Gültigkeitsdauer: {duration}. Niemand von {issuer} wird Sie je danach fragen.',
      ],
      after: [PASSWORD_KNOWN],
      sms: '{code} ist Ihr Code für {issuer}. Gültigkeitsdauer: {duration}. Wenn Sie das nicht waren, ändern Sie Ihr Passwort.',
    },
    'enrollment-link': {
      subject: 'Zweiten Faktor für {issuer} einrichten',
      before: [
        'Öffnen Sie diesen Link in dem Browser, in dem Sie sich gerade anmelden. Er zeigt einen QR-Code für Ihre Authenticator-App.',
        'Er gilt ein einziges Mal. Gültigkeitsdauer: {duration}.',
      ],
      button: 'QR-Code anzeigen',
      after: [PASSWORD_KNOWN],
    },
    'totp-reset-link': {
      subject: 'Ein neuer QR-Code für {issuer}',
      before: [
        'Ein neuer QR-Code für Ihre Authenticator-App wurde angefordert. Öffnen Sie diesen Link in dem Browser, in dem Sie sich gerade anmelden.',
        'Er gilt ein einziges Mal. Gültigkeitsdauer: {duration}. Die bisherige App funktioniert weiter, bis die neue bestätigt ist.',
      ],
      button: 'Neuen QR-Code anzeigen',
      after: [PASSWORD_KNOWN],
    },
    activation: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {issuer}',
      before: [
        'Bitte bestätigen Sie, dass diese Adresse Ihnen gehört. Der Link gilt ein einziges Mal. Gültigkeitsdauer: {duration}.',
      ],
      button: 'Bestätigen',
      after: ['Wenn Sie diese Nachricht nicht erwartet haben, können Sie sie ignorieren.'],
    },
    test: {
      subject: 'Testnachricht von {issuer}',
      before: ['E-Mails von {issuer} erreichen Sie. Diese Nachricht wurde gesendet am {time}.'],
      after: [],
      sms: 'SMS von {issuer} erreichen Sie.',
    },
    'factor-added': {
      subject: 'Ihrem Konto bei {issuer} wurde ein zweiter Faktor hinzugefügt',
      before: ['Dieser zweite Faktor wurde Ihrem Konto bei {issuer} hinzugefügt: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-removed': {
      subject: 'Ein zweiter Faktor Ihres Kontos bei {issuer} wurde entfernt',
      before: ['Dieser zweite Faktor wurde aus Ihrem Konto bei {issuer} entfernt: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-reset': {
      subject: 'Ihr zweiter Faktor bei {issuer} wurde zurückgesetzt',
      before: [
        'Ihr zweiter Faktor bei {issuer} wurde zurückgesetzt. Sie wurden überall abgemeldet und richten ihn bei der nächsten Anmeldung neu ein.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'factor-disabled': {
      subject: 'Ihr zweiter Faktor bei {issuer} wurde abgeschaltet',
      before: ['Dieser zweite Faktor Ihres Kontos bei {issuer} wurde abgeschaltet: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'recovery-code-used': {
      subject: 'Ein Wiederherstellungscode Ihres Kontos bei {issuer} wurde verwendet',
      before: [
        'Jemand hat sich mit einem Ihrer Wiederherstellungscodes bei Ihrem Konto bei {issuer} angemeldet.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'password-changed': {
      subject: 'Ihr Passwort bei {issuer} wurde geändert',
      before: ['Das Passwort Ihres Kontos bei {issuer} wurde geändert.', ...DETAILS],
      after: [NOT_YOU],
    },
    'email-changed': {
      subject: 'Ihre E-Mail-Adresse bei {issuer} wurde geändert',
      before: ['Die neue E-Mail-Adresse Ihres Kontos bei {issuer} lautet {newAddress}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'phone-changed': {
      subject: 'Ihre Telefonnummer bei {issuer} wurde geändert',
      before: ['Die neue Telefonnummer Ihres Kontos bei {issuer} lautet {newPhone}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'wrong-factor-thrice': {
      subject: 'Falsche Codes bei {issuer} nach Ihrem richtigen Passwort',
      before: [
        'Jemand hat das richtige Passwort Ihres Kontos bei {issuer} eingegeben und danach dreimal einen falschen Code.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
  },
};
