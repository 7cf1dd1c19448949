/** The documents that front ends send, for tests. */

const SIGNED_IN = `... on SignedIn {
  accessToken accessTokenExpiresAt refreshToken sessionExpiresAt amr trustedBrowserToken recoveryCodes
  user { id email displayName }
}`;
const REFUSED = '... on Refused { code message retryAt attemptsLeft }';
const SENT = 'method destination expiresAt resendAt delivery';
const OPTIONS = 'methods { method destination }';
const REASONS = 'reasons { rule sentence }';

export const LOGIN_FIELDS = `__typename ${SIGNED_IN} ${REFUSED}
  ... on SecondFactorRequired { ticket ticketExpiresAt preferred rememberBrowserDays canResetTotpByMail ${OPTIONS} ${REASONS} }
  ... on EnrollmentRequired { ticket ticketExpiresAt canDecline graceEndsAt ${OPTIONS} ${REASONS} }`;

export const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { ${LOGIN_FIELDS} } }`;
export const SEND_CODE = `mutation ($input: SendCodeInput!) { sendCode(input: $input) { __typename ... on CodeSent { ${SENT} } ${REFUSED} } }`;
export const VERIFY = `mutation ($input: VerifyInput!) { verify(input: $input) { __typename ${SIGNED_IN} ${REFUSED} } }`;
export const REFRESH = `mutation ($token: String) { refresh(refreshToken: $token) { __typename
  ... on Tokens { accessToken accessTokenExpiresAt refreshToken } ${REFUSED} } }`;
export const LOGOUT = 'mutation { logout { message } }';
export const DECLINE = `mutation ($ticket: String!) { declineEnrollment(ticket: $ticket) { ${LOGIN_FIELDS} } }`;
export const CODE_DELIVERY = `query ($ticket: String!) { codeDelivery(ticket: $ticket) { ${SENT} } }`;

const ENROLLMENT = `__typename ... on Enrollment { id method expiresAt totp { secret uri qrCode qrCodeSvg } sent { ${SENT} } } ${REFUSED}`;
export const START = `mutation ($input: StartEnrollmentInput!) { startEnrollment(input: $input) { ${ENROLLMENT} } }`;
export const OPEN_LINK = `mutation ($input: OpenEnrollmentLinkInput!) { openEnrollmentLink(input: $input) { ${ENROLLMENT} } }`;
export const CONFIRM = `mutation ($input: ConfirmEnrollmentInput!) { confirmEnrollment(input: $input) { __typename
  ${SIGNED_IN} ... on FactorAdded { factor { id method destination } recoveryCodes } ${REFUSED} } }`;
export const REQUEST_RESET = `mutation ($ticket: String!) { requestTotpReset(ticket: $ticket) { __typename ... on CodeSent { ${SENT} } ${REFUSED} } }`;

export const USER_FIELDS = `id email emailConfirmed displayName phone phoneConfirmed kind active createdAt lastSignInAt
  roles { id name } groups { id name }
  twoFactor { use canToggle required enrolled preferred recoveryCodesLeft lockedUntil ${REASONS} factors { id method destination } }`;
const USER_RESULT = `__typename ... on User { ${USER_FIELDS} } ${REFUSED}`;
const ACKNOWLEDGED = `__typename ... on Done { message } ${REFUSED}`;

export const ME = `{ me { ${USER_FIELDS} } }`;
export const REAUTHENTICATE = `mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { __typename
  ... on Reauthenticated { expiresAt } ${REFUSED} } }`;
export const SET_USE = `mutation ($use: Boolean!) { setUseTwoFactor(use: $use) { ${USER_RESULT} } }`;
export const PREFER = `mutation ($method: Method!) { setPreferredMethod(method: $method) { ${USER_RESULT} } }`;
export const REMOVE_FACTOR = `mutation ($id: ID!) { removeFactor(factorId: $id) { ${USER_RESULT} } }`;
export const RESET_MINE = `mutation { resetMyTwoFactor { ${USER_RESULT} } }`;
export const RENEW_CODES = `mutation { regenerateRecoveryCodes { __typename ... on RecoveryCodes { codes } ${REFUSED} } }`;
export const CHANGE_PASSWORD = `mutation ($current: String!, $next: String!) {
  changePassword(currentPassword: $current, newPassword: $next) { ${ACKNOWLEDGED} } }`;
export const CONFIRM_EMAIL = `mutation ($token: String!, $password: String) { confirmEmail(token: $token, newPassword: $password) { ${ACKNOWLEDGED} } }`;

export const CREATE_USER = `mutation ($input: CreateUserInput!) { createUser(input: $input) { ${USER_RESULT} } }`;
export const UPDATE_USER = `mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { ${USER_RESULT} } }`;
export const USER = `query ($id: ID!) { user(id: $id) { ${USER_FIELDS} } }`;
export const USERS = `query ($filter: UserFilter, $first: Int, $after: String) { users(filter: $filter, first: $first, after: $after) {
  nodes { ${USER_FIELDS} } pageInfo { hasNextPage endCursor } totalCount } }`;
export const RESET_USER = `mutation ($id: ID!) { resetTwoFactor(userId: $id) { ${USER_RESULT} } }`;
export const DISABLE_USER = `mutation ($id: ID!) { disableTwoFactorFor(userId: $id) { ${USER_RESULT} } }`;
export const UNLOCK_USER = `mutation ($id: ID!) { unlockUser(userId: $id) { ${USER_RESULT} } }`;
export const SEND_ACTIVATION = `mutation ($id: ID!) { sendActivationEmail(userId: $id) { ${ACKNOWLEDGED} } }`;

const ROLE_FIELDS = 'id name builtIn permissions visibility requireTwoFactor graceDays';
const ROLE_RESULT = `__typename ... on Role { ${ROLE_FIELDS} } ${REFUSED}`;
const GROUP_RESULT = `__typename ... on Group { id name roles { id name } } ${REFUSED}`;
export const ROLES = `{ roles { ${ROLE_FIELDS} } }`;
export const CREATE_ROLE = `mutation ($input: RoleInput!) { createRole(input: $input) { ${ROLE_RESULT} } }`;
export const UPDATE_ROLE = `mutation ($id: ID!, $input: RoleInput!) { updateRole(id: $id, input: $input) { ${ROLE_RESULT} } }`;
export const DELETE_ROLE = `mutation ($id: ID!) { deleteRole(id: $id) { ${ACKNOWLEDGED} } }`;
export const CREATE_GROUP = `mutation ($input: GroupInput!) { createGroup(input: $input) { ${GROUP_RESULT} } }`;
export const UPDATE_GROUP = `mutation ($id: ID!, $input: GroupInput!) { updateGroup(id: $id, input: $input) { ${GROUP_RESULT} } }`;
export const DELETE_GROUP = `mutation ($id: ID!) { deleteGroup(id: $id) { ${ACKNOWLEDGED} } }`;

const SETTINGS_FIELDS = `twoFactor { enabled suspendedUntil methods issuer totpDelivery enrollmentLinkSeconds codeSeconds
    rememberBrowserDays coverMobileApps exemptPortalUsers totpResetByMail }
  email { fromName fromAddress smtpUrlSet }
  sms { gatewayUrl messageParameter receiverParameter senderName usePost parameters { name value header secret } allowedPrefixes }`;
const SETTINGS_RESULT = `__typename ... on Settings { ${SETTINGS_FIELDS} } ${REFUSED}`;
export const SETTINGS = `{ settings { ${SETTINGS_FIELDS} } }`;
export const ENABLE = `mutation ($everyone: Boolean) { enableTwoFactor(forEveryone: $everyone) { ${SETTINGS_RESULT} } }`;
export const DISABLE = `mutation { disableTwoFactor { ${SETTINGS_RESULT} } }`;
export const SUSPEND = `mutation ($until: DateTime!, $reason: String!) { suspendTwoFactor(until: $until, reason: $reason) { ${SETTINGS_RESULT} } }`;
export const RESUME = `mutation { resumeTwoFactor { ${SETTINGS_RESULT} } }`;
export const UPDATE_SETTINGS = `mutation ($input: SettingsInput!) { updateSettings(input: $input) { ${SETTINGS_RESULT} } }`;

export const EXPLAIN = `query ($id: ID!, $application: ApplicationKind) { explainTwoFactor(userId: $id, application: $application) {
  required methods outcome sentence trace { rule holds decisive sentence } } }`;
export const AUDIT = `query ($filter: AuditFilter, $first: Int, $after: String) { auditEvents(filter: $filter, first: $first, after: $after) {
  nodes { id at key actorId actorEmail subjectId subjectEmail ip userAgent facts { name value } } pageInfo { hasNextPage endCursor } } }`;

export const GROUPS = '{ groups { id name roles { id name } } }';
export const PREVIEW = `query ($change: TwoFactorChangeInput!) { previewTwoFactor(change: $change) { usersLookedAt newlyRequired noLongerRequired
  mustEnrollAtNextSignIn leftWithoutMethod administratorsLeftWithoutMethod leftWithoutMethodSample { id email } } }`;
export const MY_SESSIONS = '{ mySessions { id current amr userAgent ip createdAt lastSeenAt } }';
export const MY_BROWSERS = '{ myTrustedBrowsers { id userAgent ip createdAt lastUsedAt expiresAt } }';
export const REVOKE_SESSION = 'mutation ($id: ID!) { revokeSession(id: $id) { message } }';
export const REVOKE_BROWSER = 'mutation ($id: ID!) { revokeTrustedBrowser(id: $id) { message } }';
export const CREATE_APPLICATION = `mutation ($name: String!, $kind: ApplicationKind!) { createApplication(name: $name, kind: $kind) { __typename
  ... on ApplicationCreated { application { id name kind createdAt } secret } ${REFUSED} } }`;
export const DELETE_APPLICATION = `mutation ($id: ID!) { deleteApplication(id: $id) { ${ACKNOWLEDGED} } }`;
export const APPLICATIONS = '{ applications { id name kind createdAt } }';
export const CREATE_API_KEY = `mutation ($id: ID!, $name: String!, $expiresAt: DateTime) { createApiKey(userId: $id, name: $name, expiresAt: $expiresAt) {
  __typename ... on ApiKeyCreated { apiKey { id name createdAt expiresAt lastUsedAt } key } ${REFUSED} } }`;
export const REVOKE_API_KEY = 'mutation ($id: ID!) { revokeApiKey(id: $id) { message } }';
export const RESEND_CONFIRMATIONS =
  'mutation ($filter: UserFilter) { resendEmailConfirmations(filter: $filter) { queued skipped } }';
export const MESSAGES = `query ($status: DeliveryStatus, $first: Int) { messages(status: $status, first: $first) {
  nodes { id channel template destination status attempts lastError } pageInfo { hasNextPage endCursor } } }`;
export const RETRY_MESSAGE = `mutation ($id: ID!) { retryMessage(id: $id) { ${ACKNOWLEDGED} } }`;
export const IMPORT_TOKENS = 'mutation ($csv: String!) { importHardwareTokens(csv: $csv) { imported problems } }';
const TOKEN_RESULT = `__typename ... on HardwareToken { id serial state user { id } } ${REFUSED}`;
export const ASSIGN_TOKEN = `mutation ($tokenId: ID!, $userId: ID!) { assignHardwareToken(tokenId: $tokenId, userId: $userId) { ${TOKEN_RESULT} } }`;
export const RELEASE_TOKEN = `mutation ($tokenId: ID!, $lost: Boolean) { releaseHardwareToken(tokenId: $tokenId, lost: $lost) { ${TOKEN_RESULT} } }`;
export const TOKENS = '{ hardwareTokens { nodes { id serial state user { id email } } } }';
export const CREATE_USER_IN = `mutation ($input: CreateUserInput!) { createUser(input: $input) { __typename ... on User { id email locale } ${REFUSED} } }`;
export const SEND_TEST_EMAIL = `mutation ($to: String!) { sendTestEmail(to: $to) { ${ACKNOWLEDGED} } }`;
export const TOKENS_IN_FULL = `query ($first: Int, $after: String) { hardwareTokens(first: $first, after: $after) {
  nodes { id serial algorithm digits period state user { id } } pageInfo { hasNextPage endCursor } } }`;
