import { createUnionType, Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ApplicationKind, DeliveryStatus, Method, Permission, UserKind, Visibility } from '../../shared/codes.js';
import { isRefusal, REFUSAL_CODES, type RefusalCode } from '../../shared/outcome.js';

/** The words of the contract that more than one module speaks. */

registerEnumType(Method, { name: 'Method' });
registerEnumType(ApplicationKind, {
  name: 'ApplicationKind',
  description: 'What an application is to the sign-in policy. A caller that proves no registered application is WEB.',
});
registerEnumType(UserKind, {
  name: 'UserKind',
  description: 'MEMBER signs in here; PORTAL is a customer or web user; SERVICE signs in by API key only.',
});
registerEnumType(Permission, { name: 'Permission' });
registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'ALL sees every user of the organization; OWN_GROUPS only those who share a group.',
});
registerEnumType(DeliveryStatus, {
  name: 'DeliveryStatus',
  description: 'Where the message is on its way; FAILED means that no further try is made.',
});

export const RefusalCodeEnum = Object.fromEntries(REFUSAL_CODES.map((code) => [code, code])) as {
  [Code in RefusalCode]: Code;
};
registerEnumType(RefusalCodeEnum, {
  name: 'RefusalCode',
  valuesMap: { OTP_INVALID: { description: "Shown as 'Otp invalid!'." } },
});

@ObjectType('Refused', { description: 'An outcome that a correct client must expect.' })
export class RefusedType {
  @Field(() => RefusalCodeEnum) code: RefusalCode;
  @Field(() => String, { description: 'A sentence that can be shown to the person.' }) message: string;
  @Field(() => Date, { nullable: true }) retryAt: Date | null;
  @Field(() => Int, { nullable: true }) attemptsLeft: number | null;
}

@ObjectType('Done')
export class DoneType {
  @Field(() => String) message: string;
}

export const Acknowledgement = createUnionType({
  name: 'Acknowledgement',
  types: () => [DoneType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : DoneType),
});

export const done = (message = 'Done.'): DoneType => ({ message });
