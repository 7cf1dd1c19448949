import type { Provider } from '@nestjs/common';
import { ApiKeysResolver } from '../api-keys/api-keys.resolver.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { ActivationMails } from './activation-mails.js';
import { ActivationService } from './activation.service.js';
import { ChangeAudit } from './change-audit.js';
import { ConfirmationsService } from './confirmations.service.js';
import { ContactChanges } from './contact-changes.js';
import { CreateUserService } from './create-user.service.js';
import { FactorDrop } from './factor-drop.js';
import { MembershipChanges } from './membership-changes.js';
import { UpdateUserService } from './update-user.service.js';
import { UserChangesResolver } from './user-changes.resolver.js';
import { UserFactorsService } from './user-factors.service.js';
import { UserConnectionResolver } from './user-connection.resolver.js';
import { UserQueriesResolver } from './user-queries.resolver.js';
import { UserTargets } from './user-targets.js';

/** Users and API keys, as administrators change them. */
export const USER_ADMINISTRATION: Provider[] = [
  UserTargets,
  ChangeAudit,
  ActivationMails,
  FactorDrop,
  ContactChanges,
  MembershipChanges,
  CreateUserService,
  UpdateUserService,
  UserFactorsService,
  ActivationService,
  ConfirmationsService,
  ApiKeysService,
  UserConnectionResolver,
  UserQueriesResolver,
  UserChangesResolver,
  ApiKeysResolver,
];
