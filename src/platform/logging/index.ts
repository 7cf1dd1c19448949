export { type ErrorFacts, errorFacts } from './error-facts.js';
export { LoggingModule } from './logging.module.js';
export { type LogSink, PinoLoggerService } from './pino-logger.service.js';
export { redact, REDACTED } from './redact.js';
export { currentRequestId, registerRequestContext, withRequestId } from './request-context.js';
export { registerRequestLog, routeOf } from './request-log.js';
export { scrubForeignText, scrubText } from './scrub.js';
