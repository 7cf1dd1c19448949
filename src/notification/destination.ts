import type { SendableMethod } from '../shared/codes.js';

/**
 * One plain address: no display name, comment, quotes, list or group, so that what is one recipient here cannot be
 * two for the mail server (CWE-93). Quoted local parts are legal in RFC 5321 and refused all the same.
 */
const EMAIL =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?)*$/u;

/** ITU-T E.164: a plus sign and at most fifteen digits. */
const PHONE = /^\+[1-9]\d{6,14}$/;

export const isMailAddress = (text: string): boolean => text.length <= 254 && EMAIL.test(text);
export const isPhoneNumber = (text: string): boolean => PHONE.test(text);

export const isDeliverableTo = (channel: SendableMethod, destination: string): boolean =>
  channel === 'EMAIL' ? isMailAddress(destination) : isPhoneNumber(destination);
