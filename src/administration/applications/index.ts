import type { Provider } from '@nestjs/common';
import { ApplicationChanges } from './application-changes.service.js';
import { ApplicationsResolver } from './applications.resolver.js';

export const APPLICATIONS_ADMINISTRATION: Provider[] = [ApplicationChanges, ApplicationsResolver];
