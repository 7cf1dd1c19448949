/** Turned away at the door. */
export const BUSY = 'SERVICE_BUSY';
