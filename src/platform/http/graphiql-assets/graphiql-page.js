/* global GraphiQL, React, ReactDOM */
(function start() {
  'use strict';

  const container = document.getElementById('graphiql');

  const LOGIN = `# 1. Sign in. A password alone gives an access token only where policy asks for no second factor.
mutation SignIn($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) {
    __typename
    ... on SignedIn { accessToken accessTokenExpiresAt refreshToken }
    ... on SecondFactorRequired { ticket preferred methods { method destination } reasons { sentence } }
    ... on EnrollmentRequired { ticket canDecline methods { method } reasons { sentence } }
    ... on Refused { code message retryAt attemptsLeft }
  }
}
`;
  const VERIFY = `# 2. Where SecondFactorRequired came back: the ticket from step 1 and a code.
mutation Verify($ticket: String!, $method: Method!, $code: String!) {
  verify(input: { ticket: $ticket, method: $method, code: $code }) {
    __typename
    ... on SignedIn { accessToken accessTokenExpiresAt refreshToken }
    ... on Refused { code message retryAt attemptsLeft }
  }
}
`;
  const ME = `# 3. Put the access token into "Headers" below: { "Authorization": "Bearer …" }
query Me {
  me { id email displayName roles { name } twoFactor { required enrolled reasons { sentence } } }
}
`;
  const json = (value) => JSON.stringify(value, null, 2);

  const tabs = [
    { query: LOGIN, variables: json({ email: '', password: '' }) },
    { query: VERIFY, variables: json({ ticket: '', method: 'TOTP', code: '' }) },
    { query: ME, headers: json({ Authorization: 'Bearer …' }) },
  ];

  // GraphiQL shows the variables of the first tab only when told to; after a reload it knows them itself.
  const isReload = window.sessionStorage.getItem('graphiql:tabState') !== null;

  ReactDOM.createRoot(container).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: container.dataset.graphqlPath }),
      defaultEditorToolsVisibility: true,
      isHeadersEditorEnabled: true,
      // A token must not outlive the tab, nor must a password typed as a variable: local storage would keep both.
      shouldPersistHeaders: false,
      storage: window.sessionStorage,
      defaultTabs: tabs,
      variables: isReload ? undefined : tabs[0].variables,
      defaultQuery: '',
    }),
  );
})();
