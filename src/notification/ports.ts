/** Derives the code of a challenge at the moment of sending. Bound by the composition root. */
export interface CodeSource {
  /** Null where a newer code has taken this one's place, or it has expired or was used: then nothing is sent. */
  codeFor(challengeId: string, counter: number): Promise<string | null>;
}
export const CODE_SOURCE = Symbol('code-source');

export interface MailSettings {
  /** Null: the installation's own SMTP server. */
  smtpUrl: string | null;
  fromName: string;
  fromAddress: string;
}

export interface SmsParameter {
  name: string;
  value: string;
  /** Sent as a header of the request, not as a parameter. */
  header: boolean;
}

/** A text-message gateway reached over HTTP, described the way its documentation does. */
export interface SmsGateway {
  gatewayUrl: string;
  messageParameter: string;
  receiverParameter: string;
  /** Sent as the parameter `sender`, unless a further parameter has that name. */
  senderName: string | null;
  usePost: boolean;
  parameters: SmsParameter[];
  /** Calling codes like `+31`; empty for all. */
  allowedPrefixes: string[];
}

/** The organization's settings of the two channels, secrets opened. Bound by the composition root. */
export interface ChannelSettings {
  mail(organizationId: string): Promise<MailSettings>;
  /** Null where no gateway is set. */
  sms(organizationId: string): Promise<SmsGateway | null>;
}
export const CHANNEL_SETTINGS = Symbol('channel-settings');
