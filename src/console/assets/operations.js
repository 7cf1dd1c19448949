/** The GraphQL documents of the pages. One step of a sign-in each: the server takes no two in one document. */

const REFUSED = '... on Refused { code message retryAt attemptsLeft }';
const SENT = 'method destination expiresAt resendAt delivery';
const SIGNED_IN = '... on SignedIn { recoveryCodes }';
const ENROLLMENT = `... on Enrollment { id method expiresAt totp { secret qrCodeSvg } sent { ${SENT} } }`;
const TICKET = 'ticket ticketExpiresAt methods { method destination } reasons { rule sentence }';

export const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) {
    __typename
    ${SIGNED_IN}
    ... on SecondFactorRequired { ${TICKET} preferred rememberBrowserDays canResetTotpByMail }
    ... on EnrollmentRequired { ${TICKET} canDecline graceEndsAt }
    ${REFUSED}
  }
}`;

export const SEND_CODE = `mutation SendCode($input: SendCodeInput!) {
  sendCode(input: $input) { __typename ... on CodeSent { ${SENT} } ${REFUSED} }
}`;

export const CODE_DELIVERY = `query CodeDelivery($ticket: String!) { codeDelivery(ticket: $ticket) { ${SENT} } }`;

export const VERIFY = `mutation Verify($input: VerifyInput!) {
  verify(input: $input) { __typename ${SIGNED_IN} ${REFUSED} }
}`;

export const REQUEST_TOTP_RESET = `mutation RequestTotpReset($ticket: String!) {
  requestTotpReset(ticket: $ticket) { __typename ... on CodeSent { ${SENT} } ${REFUSED} }
}`;

export const START_ENROLLMENT = `mutation StartEnrollment($input: StartEnrollmentInput!) {
  startEnrollment(input: $input) { __typename ${ENROLLMENT} ${REFUSED} }
}`;

export const OPEN_ENROLLMENT_LINK = `mutation OpenEnrollmentLink($input: OpenEnrollmentLinkInput!) {
  openEnrollmentLink(input: $input) { __typename ${ENROLLMENT} ${REFUSED} }
}`;

export const CONFIRM_ENROLLMENT = `mutation ConfirmEnrollment($input: ConfirmEnrollmentInput!) {
  confirmEnrollment(input: $input) {
    __typename
    ${SIGNED_IN}
    ... on FactorAdded { recoveryCodes }
    ${REFUSED}
  }
}`;

export const DECLINE_ENROLLMENT = `mutation DeclineEnrollment($ticket: String!) {
  declineEnrollment(ticket: $ticket) { __typename ${SIGNED_IN} ${REFUSED} }
}`;

export const CONFIRM_EMAIL = `mutation ConfirmEmail($token: String!, $newPassword: String) {
  confirmEmail(token: $token, newPassword: $newPassword) { __typename ... on Done { message } ${REFUSED} }
}`;

export const ACCOUNT = `query Account {
  me {
    email emailConfirmed displayName phone phoneConfirmed lastSignInAt
    roles { id name }
    groups { id name }
    twoFactor {
      use canToggle required enrolled preferred recoveryCodesLeft lockedUntil
      reasons { rule sentence }
      factors { id method destination confirmedAt lastUsedAt }
    }
  }
  mySessions { id current amr userAgent ip createdAt lastSeenAt }
  myTrustedBrowsers { id userAgent ip createdAt lastUsedAt expiresAt }
}`;

export const PROVABLE = `query Provable {
  me {
    email emailConfirmed phone phoneConfirmed
    twoFactor { preferred recoveryCodesLeft factors { method destination } }
  }
}`;

export const REAUTHENTICATE = `mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) { __typename ... on Reauthenticated { expiresAt } ${REFUSED} }
}`;

export const SEND_REAUTHENTICATION_CODE = `mutation SendReauthenticationCode($method: Method!) {
  sendReauthenticationCode(method: $method) { __typename ... on CodeSent { ${SENT} } ${REFUSED} }
}`;

export const SET_USE = `mutation SetUse($use: Boolean!) { setUseTwoFactor(use: $use) { __typename ${REFUSED} } }`;
export const SET_PREFERRED = `mutation SetPreferred($method: Method!) {
  setPreferredMethod(method: $method) { __typename ${REFUSED} }
}`;
export const REMOVE_FACTOR = `mutation RemoveFactor($factorId: ID!) {
  removeFactor(factorId: $factorId) { __typename ${REFUSED} }
}`;
export const RESET_MINE = `mutation ResetMine { resetMyTwoFactor { __typename ${REFUSED} } }`;
export const RENEW_CODES = `mutation RenewCodes {
  regenerateRecoveryCodes { __typename ... on RecoveryCodes { codes } ${REFUSED} }
}`;
export const CHANGE_PASSWORD = `mutation ChangePassword($currentPassword: String!, $newPassword: String!) {
  changePassword(currentPassword: $currentPassword, newPassword: $newPassword) {
    __typename ... on Done { message } ${REFUSED}
  }
}`;
export const REVOKE_SESSION = 'mutation RevokeSession($id: ID!) { revokeSession(id: $id) { message } }';
export const REVOKE_BROWSER = 'mutation RevokeBrowser($id: ID!) { revokeTrustedBrowser(id: $id) { message } }';
export const LOGOUT = 'mutation Logout { logout { message } }';
