import { Module } from '@nestjs/common';
import { ChallengesService } from './challenges.service.js';
import { EnrollmentsStore } from './enrollments.store.js';
import { FactorsStore } from './factors.store.js';
import { HardwareTokensService } from './hardware-tokens.service.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { SendWindowsStore } from './send-windows.store.js';
import { TotpService } from './totp.service.js';

const PROVIDERS = [
  ChallengesService,
  EnrollmentsStore,
  FactorsStore,
  HardwareTokensService,
  RecoveryCodesService,
  SendWindowsStore,
  TotpService,
];

/** What a second factor is: secrets, codes, steps and how each is spent. Who must give one is decided elsewhere. */
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class OtpModule {}
