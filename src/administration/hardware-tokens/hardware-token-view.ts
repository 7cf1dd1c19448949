import type { HardwareTokenEntity } from '../../otp/index.js';
import { type UserEntity, userView } from '../../users/index.js';
import type { HardwareTokenType } from './hardware-token.types.js';

export function hardwareTokenView(token: HardwareTokenEntity, user: UserEntity | null): HardwareTokenType {
  const { id, serial, algorithm, digits, period, state } = token;
  return { id, serial, algorithm, digits, period, state, user: user === null ? null : userView(user) };
}
