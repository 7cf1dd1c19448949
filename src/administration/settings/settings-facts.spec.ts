import { describe, expect, it } from '@jest/globals';
import { SettingsEntity } from '../../settings/index.js';
import { settingsFacts } from './settings-facts.js';

const settings = (change: Partial<SettingsEntity> = {}): SettingsEntity =>
  Object.assign(new SettingsEntity(), {
    methods: ['TOTP'],
    issuer: 'Acme',
    totpDelivery: 'ON_SCREEN',
    enrollmentLinkSeconds: 240,
    codeSeconds: 90,
    rememberBrowserDays: 0,
    coverMobileApps: true,
    exemptPortalUsers: true,
    totpResetByMail: false,
    emailFromName: 'Acme',
    emailFromAddress: 'no-reply@acme.test',
    smtpUrlSealed: null,
    smsGatewayUrl: null,
    smsMessageParameter: 'message',
    smsReceiverParameter: 'to',
    smsSenderName: null,
    smsUsePost: true,
    smsParameters: [],
    smsAllowedPrefixes: [],
    ...change,
  });

describe('settingsFacts', () => {
  it('is empty where nothing changed', () => {
    expect(settingsFacts(settings(), settings())).toEqual({});
  });

  it('tells names and both values', () => {
    const after = settings({ codeSeconds: 120, methods: ['TOTP', 'SMS'] });
    expect(settingsFacts(settings(), after)).toEqual({
      changed: 'methods sentDigitsSeconds',
      methods: 'TOTP → TOTP SMS',
      sentDigitsSeconds: '90 → 120',
    });
  });

  it('tells a gateway that is no URL as it stands', () => {
    const facts = settingsFacts(
      settings({ smsGatewayUrl: 'no url' }),
      settings({ smsGatewayUrl: 'https://a.example/' }),
    );
    expect(facts).toEqual({ changed: 'smsGateway', smsGateway: 'no url → https://a.example/' });
  });

  it('shows nothing of a server, a parameter or the query of a gateway', () => {
    const before = settings({ smsGatewayUrl: 'https://sms.example/send?key=old-key' });
    const after = settings({
      smtpUrlSealed: 'v1.k1.sealed',
      smsGatewayUrl: 'https://sms.example/send?key=new-key',
      smsParameters: [{ name: 'auth', value: 'plain-value', header: true, secret: false }],
    });
    const facts = settingsFacts(before, after);
    expect(facts).toEqual({
      changed: 'smtpServer smsGateway smsParameters',
      smtpServer: 'changed',
      smsGateway: 'changed',
      smsParameters: 'changed',
    });
    const first = settingsFacts(settings(), after);
    expect(first).toMatchObject({ smsGateway: 'none → https://sms.example/send' });
    const moved = settingsFacts(before, settings({ smsGatewayUrl: 'https://other.example/x?key=new-key' }));
    expect(moved).toEqual({ changed: 'smsGateway', smsGateway: 'https://sms.example/send → https://other.example/x' });
  });
});
