/**
 * Loaded before a process (`node --import`), it sets that process' clock off by CLOCK_SHIFT_SECONDS, as a machine with
 * a wrong time would be. Nothing in the service knows of it.
 */
const shiftMs = Number(process.env.CLOCK_SHIFT_SECONDS ?? 0) * 1_000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shiftMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
