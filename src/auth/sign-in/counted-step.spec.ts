import { describe, expect, it } from '@jest/globals';
import type { Amr } from '../../shared/codes.js';
import { refuse } from '../../shared/outcome.js';
import { countedStep } from './counted-step.js';

const opened = (...amr: Amr[]) => ({ session: { amr } });

describe('countedStep', () => {
  it.each([
    ['a wrong code', refuse('OTP_INVALID'), 'EMAIL', ['refused', 'EMAIL']],
    ['a right password, and more is asked', { ticket: 'x' }, 'PASSWORD', ['challenged', 'PASSWORD']],
    ['a right password alone', opened('pwd'), 'PASSWORD', ['succeeded', 'PASSWORD']],
    ['a code where none was needed any more', opened('pwd'), 'TOTP', ['succeeded', 'PASSWORD']],
    ['an app', opened('pwd', 'otp'), 'TOTP', ['succeeded', 'TOTP']],
    ['a mailed code', opened('pwd', 'email'), 'EMAIL', ['succeeded', 'EMAIL']],
    ['a texted code', opened('pwd', 'sms'), 'SMS', ['succeeded', 'SMS']],
    ['a recovery code', opened('pwd', 'recovery'), 'RECOVERY_CODE', ['succeeded', 'RECOVERY_CODE']],
    ['a browser', opened('pwd', 'trusted-browser'), 'PASSWORD', ['succeeded', 'TRUSTED_BROWSER']],
  ] as const)('%s', (_name, step, method, counted) => {
    expect(countedStep(step, method)).toEqual(counted);
  });
});
