export { COOKIE_KINDS, CookieJar, type CookieKind, type CookiePolicy, cookiePolicy } from './cookies.js';
export { exitOnBugs, fatalLines, startOrExit } from './fatal.js';
export { HTTP_LIMITS, type HttpLimits } from './fastify-options.js';
export { type GraphiqlOptions, registerGraphiql } from './graphiql.js';
export { createHttpApp } from './http-app.js';
export { listen } from './listen.js';
export { securityHeaders } from './security-headers.js';
export { type ShutdownSteps, shutdownSteps, stopOnSignals } from './shutdown.js';
