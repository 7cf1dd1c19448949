import type { ApiErrorCode } from '../../shared/api-error.js';

/**
 * Every refusal outside of GraphQL has the shape of a GraphQL error, so that a client needs to know one shape, and so
 * that a body which never reached GraphQL (too long, not JSON) is reported like one that did.
 */
export interface ProblemBody {
  errors: [{ message: string; extensions: { code: string; retryAfterSeconds?: number } }];
}

export interface Problem {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds?: number;
}

export const problemBody = ({ code, message, retryAfterSeconds }: Problem): ProblemBody => ({
  errors: [{ message, extensions: retryAfterSeconds === undefined ? { code } : { code, retryAfterSeconds } }],
});

export const STATUS_OF_CODE = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  REAUTHENTICATION_REQUIRED: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  TOO_MANY_REQUESTS: 429,
  SERVICE_BUSY: 503,
} as const satisfies Record<ApiErrorCode, number>;

const WORDS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BAD_REQUEST', 'The request is not valid.'],
  401: ['UNAUTHENTICATED', 'Please sign in.'],
  403: ['FORBIDDEN', 'You may not do this.'],
  404: ['NOT_FOUND', 'There is nothing at this address.'],
  405: ['METHOD_NOT_ALLOWED', 'This address does not take this method.'],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is too large: 100 kB are the most.'],
  414: ['URI_TOO_LONG', 'The address is too long.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests. Please wait a moment.'],
  503: ['SERVICE_BUSY', 'The service is busy. Please try again in a moment.'],
};

/** The problem of a status in our own words; texts of the framework quote addresses and bodies. */
export function problemOfStatus(status: number): Problem {
  const [code, message] = WORDS[status] ?? ['BAD_REQUEST', 'The request is not valid.'];
  return { status, code, message };
}

export const badBody = (): Problem => ({ status: 400, code: 'BAD_REQUEST', message: 'The body is not valid JSON.' });

export const internalProblem = (requestId: string): Problem => ({
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: `Something went wrong on our side. Reference: ${requestId}`,
});
