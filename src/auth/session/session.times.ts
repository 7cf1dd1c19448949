/** Seconds, all from NIST 800-63B-4 §2.2.3 and the table of promises. */
export const ACCESS_SECONDS = 600;
export const IDLE_SECONDS = 3_600;
export const SESSION_SECONDS = 24 * 3_600;
/** 'Keep me signed in', for accounts without a second factor alone. */
export const REMEMBERED_SECONDS = 30 * 24 * 3_600;
export const REAUTHENTICATION_SECONDS = 300;
export const REAUTHENTICATION_LONGEST_SECONDS = 1_800;

export const plusSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);
export const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
