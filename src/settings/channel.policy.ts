import { refuse, type Refusal } from '../shared/outcome.js';

export interface SmsParameterValue {
  name: string;
  value: string;
  header: boolean;
  secret: boolean;
}
export interface EmailChange {
  fromName?: string | null;
  fromAddress?: string | null;
  smtpUrl?: string | null;
}
export interface SmsChange {
  gatewayUrl?: string | null;
  messageParameter?: string | null;
  receiverParameter?: string | null;
  senderName?: string | null;
  usePost?: boolean | null;
  parameters?: readonly { name: string; value: string; header?: boolean | null; secret?: boolean | null }[] | null;
  allowedPrefixes?: readonly string[] | null;
}

const CONTROL = /\p{C}/u;
const ADDRESS = /^[^\s@<>,;:"\p{C}]{1,64}@[^\s@<>,;:"\p{C}]{1,189}$/u;
const PARAMETER_NAME = /^[A-Za-z0-9_.[\]-]{1,64}$/;
/** RFC 9110 §5.6.2: what may be a field name. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
/** Headers that steer the connection itself, and so could smuggle a second request. */
const FORBIDDEN_HEADERS = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'te']);
const PREFIX = /^\+[1-9]\d{0,5}$/;

const invalid = (message: string): Refusal => refuse('INVALID_VALUE', { message });

function urlProblem(text: string, protocols: readonly string[], what: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return `${what} is not a URL.`;
  }
  if (!protocols.includes(url.protocol)) return `${what} must begin with ${protocols.join('// or ')}//.`;
  return text.length > 500 || CONTROL.test(text) ? `${what} is too long, or has control characters.` : null;
}

/** An empty SMTP URL takes the organization's own server away again. */
export function checkEmailChange(change: EmailChange): Refusal | null {
  if (change.fromName && (change.fromName.length > 120 || CONTROL.test(change.fromName))) {
    return invalid('The sender name has at most 120 characters and no line break.');
  }
  if (change.fromAddress && !ADDRESS.test(change.fromAddress)) {
    return invalid('The sender address is not an e-mail address.');
  }
  if (change.smtpUrl) {
    const problem = urlProblem(change.smtpUrl, ['smtp:', 'smtps:'], 'The SMTP URL');
    if (problem !== null) return invalid(problem);
  }
  return null;
}

function parameterProblem(parameter: SmsParameterValue): string | null {
  const allowed = parameter.header ? HEADER_NAME : PARAMETER_NAME;
  if (!allowed.test(parameter.name)) return `"${parameter.name.slice(0, 64)}" is not a parameter name.`;
  if (parameter.header && FORBIDDEN_HEADERS.has(parameter.name.toLowerCase())) {
    return `The header ${parameter.name} cannot be set.`;
  }
  if (parameter.value.length > 2_000 || CONTROL.test(parameter.value)) {
    return `The value of ${parameter.name} is too long, or has control characters.`;
  }
  return null;
}

/** An empty gateway URL takes the gateway away. */
export function checkSmsChange(change: SmsChange): Refusal | null {
  if (change.gatewayUrl) {
    const problem = urlProblem(change.gatewayUrl, ['https:', 'http:'], 'The gateway URL');
    if (problem !== null) return invalid(problem);
    if (new URL(change.gatewayUrl).username !== '') {
      return invalid('Put the credentials of the gateway into parameters, not into its URL.');
    }
  }
  for (const name of [change.messageParameter, change.receiverParameter]) {
    if (name !== null && name !== undefined && !PARAMETER_NAME.test(name)) {
      return invalid('The names of the message and receiver parameters are letters, digits, and _ . - [ ].');
    }
  }
  if (change.senderName && !/^[\p{L}\p{N} +_.-]{1,64}$/u.test(change.senderName)) {
    return invalid('The sender is a name or number of at most 64 characters.');
  }
  if ((change.parameters?.length ?? 0) > 30) return invalid('There are at most 30 further parameters.');
  for (const { name, value, header, secret } of change.parameters ?? []) {
    const problem = parameterProblem({ name, value, header: header ?? false, secret: secret ?? false });
    if (problem !== null) return invalid(problem);
  }
  if ((change.allowedPrefixes?.length ?? 0) > 300 || change.allowedPrefixes?.some((prefix) => !PREFIX.test(prefix))) {
    return invalid("Allowed prefixes are calling codes such as '+31'.");
  }
  return null;
}
