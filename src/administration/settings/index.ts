import type { Provider } from '@nestjs/common';
import { SettingsChangesResolver } from './settings-changes.resolver.js';
import { SettingsChanges } from './settings-changes.service.js';
import { TestMailService } from './test-mail.service.js';
import { TwoFactorSwitch } from './two-factor-switch.service.js';

export const SETTINGS_ADMINISTRATION: Provider[] = [
  TwoFactorSwitch,
  SettingsChanges,
  TestMailService,
  SettingsChangesResolver,
];
