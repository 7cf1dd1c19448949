import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { MessageEntity } from '../../notification/index.js';
import { ChallengeEntity, EnrollmentEntity, FactorEntity, HardwareTokenEntity } from '../../otp/index.js';
import { SettingsEntity, type StoredSmsParameter } from '../../settings/settings.entity.js';

export interface SealedColumn {
  entity: EntityTarget<ObjectLiteral>;
  table: string;
  /** The column of the row's id, which every sealed value is bound to. */
  idColumn: string;
  column: string;
  /** The sealed values in what the column holds, in order. */
  valuesOf: (stored: string) => string[];
  /** The stored form with other values in their place. */
  withValues: (stored: string, values: readonly string[]) => unknown;
}

const whole = (entity: EntityTarget<ObjectLiteral>, table: string, column: string, idColumn = 'id'): SealedColumn => ({
  entity,
  table,
  idColumn,
  column,
  valuesOf: (stored) => [stored],
  withValues: (_stored, [value]) => value,
});

const parametersOf = (stored: string): StoredSmsParameter[] => JSON.parse(stored) as StoredSmsParameter[];

/** The secret ones among the gateway's parameters, which stand in one JSON value with the others. */
const smsParameters: SealedColumn = {
  entity: SettingsEntity,
  table: 'settings',
  idColumn: 'organizationId',
  column: 'smsParameters',
  valuesOf: (stored) => parametersOf(stored).flatMap(({ secret, value }) => (secret ? [value] : [])),
  withValues: (stored, values) => {
    const left = [...values];
    return parametersOf(stored).map((each) => (each.secret ? { ...each, value: left.shift() ?? each.value } : each));
  },
};

/** Everything at rest that is sealed. A test holds the list against the sources. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  whole(SettingsEntity, 'settings', 'smtpUrlSealed', 'organizationId'),
  smsParameters,
  whole(FactorEntity, 'factors', 'secretSealed'),
  whole(EnrollmentEntity, 'enrollments', 'secretSealed'),
  whole(ChallengeEntity, 'challenges', 'secretSealed'),
  whole(HardwareTokenEntity, 'hardware_tokens', 'seedSealed'),
  whole(MessageEntity, 'messages', 'linkTokenSealed'),
];
