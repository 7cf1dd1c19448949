import { describe, expect, it } from '@jest/globals';
import type { HardwareTokenState, UserKind } from '../../shared/codes.js';
import { assignRefusal } from './assign.policy.js';

const NOTHING = { token: false, totp: false };

describe('assignRefusal', () => {
  it.each<[string, HardwareTokenState, UserKind, boolean, typeof NOTHING, string | undefined, RegExp?]>([
    ['a free token to a member', 'FREE', 'MEMBER', true, NOTHING, undefined],
    ['a free token to a portal user', 'FREE', 'PORTAL', true, NOTHING, undefined],
    ['an assigned token', 'ASSIGNED', 'MEMBER', true, NOTHING, 'IN_USE', /^Somebody has/],
    ['a proven token', 'PROVEN', 'MEMBER', true, NOTHING, 'IN_USE', /^Somebody has/],
    ['a lost token', 'LOST', 'MEMBER', true, NOTHING, 'IN_USE', /lost/],
    ['a service', 'FREE', 'SERVICE', true, NOTHING, 'INVALID_VALUE', /active person/],
    ['somebody inactive', 'FREE', 'MEMBER', false, NOTHING, 'INVALID_VALUE', /active person/],
    ['somebody with a token', 'FREE', 'MEMBER', true, { token: true, totp: false }, 'IN_USE', /another token/],
    ['somebody with an app', 'FREE', 'MEMBER', true, { token: false, totp: true }, 'ALREADY_ENROLLED', /Reset/],
  ])('%s', (_name, state, kind, active, has, code, words = /^$/) => {
    const refusal = assignRefusal(state, { active, kind }, has);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message ?? '').toMatch(words);
  });
});
