import type { Lane } from '../platform/queue/index.js';
import type { MessagePriority } from './message.entity.js';

export const LANE_OF_PRIORITY = { CODE: 'codes', NORMAL: 'normal', BULK: 'bulk' } as const satisfies Record<
  MessagePriority,
  Lane
>;

/** In the order in which a sweep takes them up. */
export const PRIORITIES = ['CODE', 'NORMAL', 'BULK'] as const satisfies readonly MessagePriority[];
