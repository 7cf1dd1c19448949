/**
 * Everything that is audited, with what it means. A key is never taken out or given another meaning, since old events
 * carry it. The part before the dot is a family that a search can name as a whole.
 */
export const AUDIT_KEYS = {
  'sign-in.succeeded': 'A session was opened.',
  'sign-in.refused': 'The e-mail address, the password or the state of the account did not open a sign-in.',
  'sign-in.second-factor-required': 'The password was right and a second factor was asked for.',
  'sign-in.enrollment-required': 'The password was right and a second factor has to be set up first.',
  'sign-in.declined': 'The person put off, or declined, setting up a second factor.',
  'sign-in.password-rehashed': 'A password of an older kind of hash was hashed anew after a right sign-in.',

  'second-factor.verified': 'A second factor was proven.',
  'second-factor.refused': 'A second factor was not proven.',
  'code.sent': 'A code was handed over for sending.',
  'code.refused': 'A code was asked for and not sent.',

  'enrollment.started': 'Setting up a second factor began.',
  'enrollment.refused': 'Setting up a second factor was refused, or its code was wrong.',
  'enrollment.link-opened': 'A mailed enrollment was opened by its owner.',
  'factor.added': 'A second factor was confirmed.',
  'factor.removed': 'The person removed one of their own factors.',
  'factor.reset-by-self': 'The person reset their own two-factor authentication.',
  'factor.reset-by-admin': 'An administrator took all factors of a user away.',
  'factor.reset-by-operator': 'An operator took all factors of a user away from the command line.',
  'factor.disabled-by-admin': 'An administrator took the factors away and set "Use 2FA" to NO.',
  'factor.disabled': 'A factor was disabled after one hundred failures in a row.',

  'account.locked': 'The account was locked for a while after too many failures.',
  'account.unlocked': 'An administrator ended a lock.',
  'recovery-codes.renewed': 'A new set of recovery codes took the place of the old one.',
  'recovery-code.used': 'A recovery code was used up.',
  'totp-reset.requested': 'A new QR code was asked for by mail on the code screen.',

  'session.refreshed': 'A session got new tokens.',
  'session.ended': 'The person signed out.',
  'session.revoked': 'A session was ended by its owner from another one, by an administrator or by a change.',
  'session.refresh-reused': 'A refresh value was presented a second time, so its session was ended.',
  'trusted-browser.added': 'A browser was remembered.',
  'trusted-browser.used': 'A remembered browser took the place of a second factor.',
  'trusted-browser.revoked': 'A remembered browser was forgotten.',
  'trusted-browser.reuse-detected': 'An outdated value of a remembered browser was presented, so it was forgotten.',
  'reauthentication.succeeded': 'A signed-in person proved themselves again.',
  'reauthentication.refused': 'A signed-in person did not prove themselves again.',

  'password.changed': 'The person changed their password.',
  'password.set': 'A password was set through a mailed link, by an import or by an administrator.',
  'password.refused': 'A new password, or the proof of the old one, was refused.',
  'email.confirmed': 'An e-mail address was confirmed.',
  'email.changed': 'An e-mail address was changed.',
  'phone.changed': 'A phone number was changed.',

  'user.created': 'A user was created.',
  'user.updated': 'A user was changed.',
  'user.deactivated': 'A user was deactivated.',
  'user.activated': 'A user was activated again.',
  'user.two-factor-use-changed': '"Use 2FA", or whether the user can toggle it, was changed.',
  'user.preferred-method-changed': 'The method that is offered first was changed.',
  'user.activation-sent': 'An activation mail was handed over for sending.',
  'users.confirmations-resent': 'Confirmation mails were handed over for sending to many users.',
  'users.imported': 'Users were imported from a file.',
  'users.exported': 'Users were exported to a file.',

  'role.created': 'A role was created.',
  'role.updated': 'A role was changed.',
  'role.deleted': 'A role was deleted.',
  'group.created': 'A group was created.',
  'group.updated': 'A group was changed.',
  'group.deleted': 'A group was deleted.',

  'settings.two-factor-enabled': 'Two-factor authentication was switched on for the organization.',
  'settings.two-factor-disabled': 'Two-factor authentication was switched off for the organization.',
  'settings.two-factor-suspended': 'Two-factor authentication was suspended until a given time.',
  'settings.two-factor-resumed': 'A suspension of two-factor authentication was ended.',
  'settings.updated': 'Settings were changed.',

  'application.created': 'An application was registered.',
  'application.deleted': 'An application was deleted.',
  'application.refused': 'An application did not prove itself.',
  'api-key.created': 'An API key was created.',
  'api-key.revoked': 'An API key was revoked.',
  'api-key.refused': 'An API key was unknown, expired, revoked or of an inactive user.',

  'message.retried': 'A failed message was put in the queue again.',
  'test-mail.sent': 'A test mail was handed over for sending.',
  'hardware-tokens.imported': 'Hardware tokens were imported.',
  'hardware-token.assigned': 'A hardware token was assigned to a user.',
  'hardware-token.released': 'A hardware token was taken back.',
  'hardware-token.lost': 'A hardware token was reported lost.',
  'hardware-token.proven': 'A hardware token was proven by its user for the first time.',

  'organization.created': 'The organization was created.',
  'administrator.created': 'An administrator was created from the command line.',
  'keys.rotated': 'Sealed values were sealed anew with the current one of the installation keys.',
  'audit.exported': 'The audit was exported.',
  'operation.refused': 'An operation was refused before it was known whom it was about.',
  'account.refused': "A change to one's own account was refused.",
  'admin.refused': 'A change by an administrator was refused.',
  'access.denied': 'An operation was called without the right to it.',
} as const satisfies Record<string, string>;

export type AuditKey = keyof typeof AUDIT_KEYS;

export const ALL_AUDIT_KEYS = Object.keys(AUDIT_KEYS) as AuditKey[];
