import { describe, expect, it } from '@jest/globals';
import { maskEmail, maskPhone } from './mask.js';

describe('what is shown before the second factor', () => {
  it.each([
    ['jo@example.com', 'j•••@example.com'],
    ['a@example.com', 'a•••@example.com'],
    ['𝒥o@example.com', '𝒥•••@example.com'],
    ['nonsense', '•••'],
    ['@example.com', '•••@example.com'],
  ])('of %s is %s', (email, masked) => {
    expect(maskEmail(email)).toBe(masked);
  });

  it.each([
    ['+31612345678', '••••••••••78'],
    ['+1', '•••+1'],
  ])('of %s is %s', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });
});
