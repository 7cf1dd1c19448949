/** Masks an e-mail address for a screen that shows it before the second factor: `j•••@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const first = [...email.slice(0, Math.max(at, 0))][0] ?? '';
  return `${first}•••${at >= 0 ? email.slice(at) : ''}`;
}

/** Masks an E.164 number but for its last two digits: `•••••••42`. */
export function maskPhone(phone: string): string {
  const visible = phone.slice(-2);
  return '•'.repeat(Math.max(phone.length - 2, 3)) + visible;
}
