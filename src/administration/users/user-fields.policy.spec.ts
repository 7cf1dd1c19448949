import { describe, expect, it } from '@jest/globals';
import { LOCALES } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';
import { type CreateUserInput, newUser, type UpdateUserInput, type UserEntity } from '../../users/index.js';
import { checkNewUser, checkUserChange } from './user-fields.policy.js';

const NOW = new Date('2026-02-01T10:00:00Z');
const user = (values: Partial<UserEntity> = {}): UserEntity =>
  Object.assign(
    newUser(
      {
        id: 'u',
        organizationId: 'o',
        email: 'ann@example.com',
        displayName: 'Ann',
        phone: '+31612345678',
        kind: 'MEMBER',
        locale: 'en',
        passwordHash: null,
        useTwoFactor: false,
        canToggleTwoFactor: true,
      },
      NOW,
    ),
    values,
  );
const create = (input: Partial<CreateUserInput>) =>
  checkNewUser({ email: ' Bea@Example.com', displayName: 'Bea  B.', ...input });
const codeOf = (outcome: unknown): string | null => (isRefusal(outcome) ? outcome.code : null);

describe('a new user', () => {
  it('is a member who may toggle, unless told otherwise', () => {
    expect(create({})).toEqual({
      email: 'bea@example.com',
      displayName: 'Bea B.',
      phone: null,
      kind: 'MEMBER',
      locale: 'en',
      useTwoFactor: false,
      canToggleTwoFactor: true,
    });
  });

  it.each<[string, Partial<CreateUserInput>]>([
    ['no address', { email: 'bea' }],
    ['a name with a link', { displayName: 'http://evil.example' }],
    ['a number without its country', { phone: '0612345678' }],
    ['a language that nothing is written in', { locale: 'xx' }],
    ['a service user with a password', { kind: 'SERVICE', password: 'lamp ink fog paper' }],
    ['a service user with an empty password', { kind: 'SERVICE', password: '' }],
    ['a service user with a number', { kind: 'SERVICE', phone: '+31612345678' }],
    ['a service user with "Use 2FA"', { kind: 'SERVICE', useTwoFactor: true }],
    ['a service user who can toggle', { kind: 'SERVICE', canToggleTwoFactor: true }],
    ['a service user to be activated by mail', { kind: 'SERVICE', sendActivationEmail: true }],
  ])('with %s is refused', (_name, input) => {
    expect(codeOf(create(input))).toBe('INVALID_VALUE');
  });

  it('is told in words what is wrong with a language or a service user', () => {
    expect(create({ locale: 'xx' })).toMatchObject({ message: `The languages are ${LOCALES.join(', ')}.` });
    expect(create({ kind: 'SERVICE', password: '' })).toMatchObject({
      message: expect.stringMatching(/^A service user acts by API key alone/),
    });
  });

  it('of the kind SERVICE has no two-factor flags', () => {
    expect(create({ kind: 'SERVICE', sendActivationEmail: false })).toEqual({
      email: 'bea@example.com',
      displayName: 'Bea B.',
      phone: null,
      kind: 'SERVICE',
      locale: 'en',
      useTwoFactor: false,
      canToggleTwoFactor: false,
    });
  });

  it('has what was asked for', () => {
    const asked = {
      phone: '+31612345678',
      kind: 'PORTAL',
      locale: 'nl',
      useTwoFactor: true,
      canToggleTwoFactor: false,
    } as const;
    expect(create(asked)).toEqual({ email: 'bea@example.com', displayName: 'Bea B.', ...asked });
    expect(create({ password: 'lamp ink fog paper', sendActivationEmail: true })).toMatchObject({ kind: 'MEMBER' });
  });
});

describe('a change', () => {
  it.each<[string, UpdateUserInput]>([
    ['nothing', {}],
    ['nulls', { email: null, displayName: null, phone: null, active: null, useTwoFactor: null, locale: null }],
    ['what stands already, written otherwise', { email: 'ANN@example.com', phone: '+31 6 1234 5678', active: true }],
    ['the name and the language that stand already', { displayName: ' Ann', locale: 'en' }],
  ])('of %s touches nothing', (_name, input) => {
    expect(checkUserChange(user(), input)).toEqual({});
  });

  it('names what becomes different', () => {
    const input = { email: 'Eve@example.com', phone: ' ', active: false, canToggleTwoFactor: true, locale: 'nl' };
    expect(checkUserChange(user(), { ...input, displayName: ' Eve ', useTwoFactor: true })).toEqual({
      email: 'eve@example.com',
      displayName: 'Eve',
      useTwoFactor: true,
      phone: null,
      active: false,
      locale: 'nl',
    });
  });

  it.each<[string, UpdateUserInput]>([
    ['an address', { email: 'not one' }],
    ['a name', { displayName: ' ' }],
    ['a number', { phone: '12' }],
    ['a language', { locale: 'EN' }],
  ])('to %s that is none is refused', (_name, input) => {
    expect(codeOf(checkUserChange(user(), input))).toBe('INVALID_VALUE');
  });

  it('of a service user is one of the name or of being active', () => {
    const service = user({ kind: 'SERVICE', phone: null, canToggleTwoFactor: false });
    expect(checkUserChange(service, { displayName: 'Sync', active: false })).toEqual({
      displayName: 'Sync',
      active: false,
    });
    expect(checkUserChange(service, { email: service.email, phone: '', useTwoFactor: false })).toEqual({});
    const inputs: UpdateUserInput[] = [
      { email: 'x@example.com' },
      { phone: '+31612345678' },
      { locale: 'de' },
      { useTwoFactor: true },
      { canToggleTwoFactor: true },
    ];
    expect(inputs.map((input) => codeOf(checkUserChange(service, input)))).toEqual(inputs.map(() => 'INVALID_VALUE'));
  });
});
