import type { Config } from './platform/config/index.js';

/** The first administrator, where this start made one. The password is null where the operator chose it. */
export interface FirstAdministrator {
  email: string;
  password: string | null;
}

/** What a newcomer needs to know, once, on the terminal. The password is printed here and kept nowhere. */
export function banner(config: Config, port: number, first: FirstAdministrator | null): string {
  const local = `http://localhost:${String(port)}`;
  const lines = [
    '',
    'Countersign is running.',
    `  address        ${local}`,
    `  sign in        ${local}/sign-in`,
    `  GraphiQL       ${local}/graphiql`,
    ...(config.smtpUrl === null ? [`  mails          ${local}/dev/mailbox`] : []),
    `  data           ${config.dataDir}`,
  ];
  if (first !== null) {
    lines.push(`  administrator  ${first.email}`);
    if (first.password !== null) lines.push(`  password       ${first.password}   (shown this once)`);
  }
  return `${lines.join('\n')}\n\n`;
}
