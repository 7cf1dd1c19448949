import type { LanguageTexts } from '../template.types.js';

const DETAILS = ['Time: {time}', 'Browser: {browser}', 'IP address: {ip}'] as const;
const NOT_YOU =
  'If this was you, there is nothing to do. If it was not, change your password at {publicUrl} and tell your administrator at once.';
const NEVER_ASKED = 'Nobody from {issuer} will ever ask you for it.';

export const en: LanguageTexts = {
  greeting: 'Hello {name},',
  unknown: 'unknown',
  methods: { TOTP: 'authenticator app', EMAIL: 'e-mail', SMS: 'text message', RECOVERY_CODE: 'recovery code' },
  templates: {
    code: {
      subject: 'Your code for {issuer}',
      before: ['This is your code for {issuer}:', '{code}', `It is good for {duration}. ${NEVER_ASKED}`],
      after: [
        'If this was not you, somebody knows your password: change it at {publicUrl} and tell your administrator.',
      ],
      sms: '{code} is your code for {issuer}, good for {duration}. If this was not you, change your password.',
    },
    'enrollment-link': {
      subject: 'Set up your second factor for {issuer}',
      before: [
        'Open this link in the browser in which you are signing in. It shows a QR code for your authenticator app.',
        'It works once, within {duration}.',
      ],
      button: 'Show the QR code',
      after: [
        'If this was not you, somebody knows your password: change it at {publicUrl} and tell your administrator.',
      ],
    },
    'totp-reset-link': {
      subject: 'A new QR code for {issuer}',
      before: [
        'A new QR code for your authenticator app was asked for. Open this link in the browser in which you are signing in.',
        'It works once, within {duration}. Your present app keeps working until the new one is confirmed.',
      ],
      button: 'Show the new QR code',
      after: [
        'If this was not you, somebody knows your password: change it at {publicUrl} and tell your administrator.',
      ],
    },
    activation: {
      subject: 'Confirm your e-mail address for {issuer}',
      before: ['Please confirm that this address is yours. The link works once, within {duration}.'],
      button: 'Verify',
      after: ['If you did not expect this message, ignore it.'],
    },
    test: {
      subject: 'Test message from {issuer}',
      before: ['Mail from {issuer} reaches you. This message was sent on {time}.'],
      after: [],
      sms: 'Text messages from {issuer} reach you.',
    },
    'factor-added': {
      subject: 'A second factor was added to your account at {issuer}',
      before: ['This second factor was added to your account at {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-removed': {
      subject: 'A second factor was removed from your account at {issuer}',
      before: ['This second factor was removed from your account at {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-reset': {
      subject: 'Your second factor at {issuer} was reset',
      before: [
        'Your second factor at {issuer} was reset. You were signed out everywhere, and set it up anew when you sign in next.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'factor-disabled': {
      subject: 'Your second factor at {issuer} was switched off',
      before: ['This second factor of your account at {issuer} was switched off: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'recovery-code-used': {
      subject: 'A recovery code of your account at {issuer} was used',
      before: ['Somebody signed in to your account at {issuer} with one of your recovery codes.', ...DETAILS],
      after: [NOT_YOU],
    },
    'password-changed': {
      subject: 'Your password at {issuer} was changed',
      before: ['The password of your account at {issuer} was changed.', ...DETAILS],
      after: [NOT_YOU],
    },
    'email-changed': {
      subject: 'Your e-mail address at {issuer} was changed',
      before: ['The e-mail address of your account at {issuer} was changed to {newAddress}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'phone-changed': {
      subject: 'Your phone number at {issuer} was changed',
      before: ['The phone number of your account at {issuer} was changed to {newPhone}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'wrong-factor-thrice': {
      subject: 'Wrong codes at {issuer} after your right password',
      before: [
        'Somebody gave the right password of your account at {issuer}, and then three times a wrong code.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
  },
};
