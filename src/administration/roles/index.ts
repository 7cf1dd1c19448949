import type { Provider } from '@nestjs/common';
import { GroupChanges } from './group-changes.service.js';
import { RoleChangesResolver } from './role-changes.resolver.js';
import { RoleChanges } from './role-changes.service.js';
import { RoleHoldersStore } from './role-holders.store.js';

export const ROLES_ADMINISTRATION: Provider[] = [RoleHoldersStore, RoleChanges, GroupChanges, RoleChangesResolver];
