import type { Provider } from '@nestjs/common';
import { SetupService } from './setup.service.js';

export { addressOf, type NewAdministrator, SetupService } from './setup.service.js';

export const SETUP: Provider[] = [SetupService];
