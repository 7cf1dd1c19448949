/**
 * Why a message did not leave. The text is shown to administrators and logged, so it holds no code, token or address;
 * above all it never repeats what a mail server or gateway answered, which may quote any of them.
 */
export class DeliveryError extends Error {
  constructor(
    /** No further try would end otherwise. */
    readonly permanent: boolean,
    message: string,
  ) {
    super(message);
    this.name = 'DeliveryError';
  }
}

export const permanent = (message: string): DeliveryError => new DeliveryError(true, message);
export const temporary = (message: string): DeliveryError => new DeliveryError(false, message);
