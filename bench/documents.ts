/** As a front end sends them: what it shows, and no more. */
export const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { __typename
  ... on SecondFactorRequired { ticket preferred methods { method destination } } ... on SignedIn { accessToken } ... on Refused { code } } }`;
export const VERIFY = `mutation ($input: VerifyInput!) { verify(input: $input) { __typename
  ... on SignedIn { accessToken refreshToken user { id displayName } } ... on Refused { code } } }`;
export const SEND_CODE = `mutation ($input: SendCodeInput!) { sendCode(input: $input) { __typename ... on CodeSent { expiresAt } ... on Refused { code } } }`;
export const ME = '{ me { id email displayName } }';
export const USERS = '{ users(first: 50) { nodes { id email displayName } pageInfo { hasNextPage endCursor } } }';
export const AUDIT =
  '{ auditEvents(first: 50) { nodes { id at key subjectEmail } pageInfo { hasNextPage endCursor } } }';
export const PREVIEW = `{ previewTwoFactor(change: { methods: [TOTP] }) { usersLookedAt newlyRequired mustEnrollAtNextSignIn } }`;
