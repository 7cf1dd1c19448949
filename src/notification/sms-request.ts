import { permanent } from './delivery-error.js';
import { isPhoneNumber } from './destination.js';
import type { SmsGateway, SmsParameter } from './ports.js';

export interface SmsRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string | null;
}

const SENDER = 'sender';
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const PRINTABLE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** These decide where a request goes and where it ends; nobody may set them from the settings. */
const OURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'content-type',
  'upgrade',
  'expect',
  'te',
]);

/**
 * The request that the gateway's documentation asks for. Names and values are encoded, so a message that holds "&to="
 * adds no receiver (parameter injection, CWE-88).
 * @throws DeliveryError, permanent, for a receiver or setting that cannot be used
 */
export function smsRequest(gateway: SmsGateway, receiver: string, text: string): SmsRequest {
  if (!isPhoneNumber(receiver)) throw permanent('The phone number of this message is none.');
  const { allowedPrefixes } = gateway;
  if (allowedPrefixes.length > 0 && !allowedPrefixes.some((prefix) => receiver.startsWith(prefix))) {
    throw permanent('Texts to this calling code are not allowed by the settings.');
  }
  for (const { name, value } of gateway.parameters) {
    if (/[\r\n\0]/.test(name + value)) throw permanent('A parameter of the gateway has a line break in it.');
  }
  const fields = new URLSearchParams([
    [gateway.messageParameter, text],
    [gateway.receiverParameter, receiver],
    ...senderOf(gateway),
    ...gateway.parameters.filter(({ header }) => !header).map(({ name, value }): [string, string] => [name, value]),
  ]);
  const url = new URL(gateway.gatewayUrl);
  const headers = headersOf(gateway.parameters);
  if (gateway.usePost) {
    return {
      url,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: fields.toString(),
    };
  }
  for (const [name, value] of fields) url.searchParams.append(name, value);
  return { url, method: 'GET', headers, body: null };
}

function senderOf({ senderName, parameters }: SmsGateway): [string, string][] {
  const isTaken = parameters.some(({ name }) => name === SENDER);
  return senderName === null || senderName === '' || isTaken ? [] : [[SENDER, senderName]];
}

function headersOf(parameters: readonly SmsParameter[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value, header } of parameters) {
    if (!header) continue;
    if (!TOKEN.test(name) || !PRINTABLE.test(value) || OURS.has(name.toLowerCase())) {
      throw permanent('A parameter of the gateway cannot be sent as a header.');
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}
