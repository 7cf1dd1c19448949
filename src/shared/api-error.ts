/**
 * What ends in a GraphQL error with `extensions.code`: the caller made a mistake that no correct client makes, or a
 * part that the service needs is down. Everything else that is thrown becomes INTERNAL_SERVER_ERROR at the edge.
 */
export const API_ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'REAUTHENTICATION_REQUIRED',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'TOO_MANY_REQUESTS',
  'SERVICE_BUSY',
] as const;
export type ApiErrorCode = (typeof API_ERROR_CODES)[number];

export class ApiError extends Error {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** Seconds after which trying again makes sense. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export const unauthenticated = (): ApiError => new ApiError('UNAUTHENTICATED', 'Please sign in.');
export const forbidden = (message = 'You may not do this.'): ApiError => new ApiError('FORBIDDEN', message);
export const reauthenticationRequired = (): ApiError =>
  new ApiError('REAUTHENTICATION_REQUIRED', 'Please confirm your password, and your second factor, first.');
/** Also for what exists in another organization, or outside what the caller may see. */
export const notFound = (what: string): ApiError => new ApiError('NOT_FOUND', `There is no such ${what}.`);
export const badInput = (message: string): ApiError => new ApiError('BAD_USER_INPUT', message);
export const serviceBusy = (retryAfterSeconds = 1): ApiError =>
  new ApiError('SERVICE_BUSY', 'The service is busy. Please try again in a moment.', retryAfterSeconds);
