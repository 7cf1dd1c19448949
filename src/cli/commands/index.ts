import type { Command } from '../command.js';
import { adminCreateCommand } from './admin-create.js';
import { auditExportCommand } from './audit-export.js';
import { auditVerifyCommand } from './audit-verify.js';
import { factorResetCommand } from './factor-reset.js';
import { keysRotateCommand } from './keys-rotate.js';
import { messagesRetryCommand } from './messages-retry.js';
import { migrateCommand } from './migrate.js';
import { organizationCreateCommand } from './organization-create.js';
import { usersExportCommand } from './users-export.js';
import { usersImportCommand } from './users-import.js';

export const COMMANDS: readonly Command[] = [
  migrateCommand,
  adminCreateCommand,
  organizationCreateCommand,
  factorResetCommand,
  keysRotateCommand,
  auditVerifyCommand,
  auditExportCommand,
  messagesRetryCommand,
  usersImportCommand,
  usersExportCommand,
];
