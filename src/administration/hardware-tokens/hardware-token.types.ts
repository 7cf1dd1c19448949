import { createUnionType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PageInfoType, RefusedType } from '../../platform/graphql/index.js';
import { HardwareTokenState } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';
import { UserType } from '../../users/index.js';

registerEnumType(HardwareTokenState, { name: 'HardwareTokenState' });

@ObjectType('HardwareToken', {
  description: 'A key fob or card whose seed was imported. The seed is never read back.',
})
export class HardwareTokenType {
  @Field(() => ID) id: string;
  @Field(() => String) serial: string;
  @Field(() => String, { description: 'SHA1, SHA256 or SHA512.' }) algorithm: string;
  @Field(() => Int) digits: number;
  @Field(() => Int, { description: 'Seconds.' }) period: number;
  @Field(() => HardwareTokenState) state: HardwareTokenState;
  @Field(() => UserType, { nullable: true }) user: UserType | null;
}

@ObjectType('HardwareTokenConnection')
export class HardwareTokenConnectionType {
  @Field(() => [HardwareTokenType]) nodes: HardwareTokenType[];
  @Field(() => PageInfoType) pageInfo: PageInfoType;
}

@ObjectType('HardwareTokenImport', {
  description: 'Nothing is imported unless every line is sound; problems name their line.',
})
export class HardwareTokenImportType {
  @Field(() => Int) imported: number;
  @Field(() => [String]) problems: string[];
}

export const HardwareTokenResult = createUnionType({
  name: 'HardwareTokenResult',
  types: () => [HardwareTokenType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : HardwareTokenType),
});
