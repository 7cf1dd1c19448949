import { describe, expect, it } from '@jest/globals';
import type { HardwareTokenState, UserKind } from '../../shared/codes.js';
import { assignRefusal } from './assign.policy.js';

const NOTHING = { token: false, totp: false };

describe('assignRefusal', () => {
  it.each<[string, HardwareTokenState, UserKind, boolean, typeof NOTHING, string | undefined]>([
    ['a free token to a member', 'FREE', 'MEMBER', true, NOTHING, undefined],
    ['a free token to a portal user', 'FREE', 'PORTAL', true, NOTHING, undefined],
    ['an assigned token', 'ASSIGNED', 'MEMBER', true, NOTHING, 'IN_USE'],
    ['a proven token', 'PROVEN', 'MEMBER', true, NOTHING, 'IN_USE'],
    ['a lost token', 'LOST', 'MEMBER', true, NOTHING, 'IN_USE'],
    ['a service', 'FREE', 'SERVICE', true, NOTHING, 'INVALID_VALUE'],
    ['somebody inactive', 'FREE', 'MEMBER', false, NOTHING, 'INVALID_VALUE'],
    ['somebody with a token', 'FREE', 'MEMBER', true, { token: true, totp: false }, 'IN_USE'],
    ['somebody with an app', 'FREE', 'MEMBER', true, { token: false, totp: true }, 'ALREADY_ENROLLED'],
  ])('%s', (_name, state, kind, active, has, code) => {
    expect(assignRefusal(state, { active, kind }, has)?.code).toBe(code);
  });
});
