import type { Provider } from '@nestjs/common';
import { ChangedGrounds } from './changed-ground.service.js';
import { ExplainService } from './explain.service.js';
import { Judge } from './judge.service.js';
import { PolicyResolver } from './policy.resolver.js';
import { PreviewService } from './preview.service.js';
import { UserSignsStore } from './user-signs.store.js';

export const POLICY_ADMINISTRATION: Provider[] = [
  ExplainService,
  ChangedGrounds,
  UserSignsStore,
  Judge,
  PreviewService,
  PolicyResolver,
];
