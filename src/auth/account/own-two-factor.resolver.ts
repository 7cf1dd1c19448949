import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor } from '../../platform/graphql/index.js';
import { Reauthenticated } from '../../shared/access.js';
import { Method } from '../../shared/codes.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { type UserEntity, UserResult, type UserType, userView } from '../../users/index.js';
import { RecoveryCodesResult, type RecoveryCodesType } from './account.types.js';
import { OwnTwoFactorService, type SignedInActor } from './own-two-factor.service.js';

const shown = (outcome: UserEntity | Refusal): UserType | Refusal => (isRefusal(outcome) ? outcome : userView(outcome));

@Resolver()
export class OwnTwoFactorResolver {
  constructor(private readonly ownTwoFactor: OwnTwoFactorService) {}

  @Mutation(() => UserResult)
  @Reauthenticated()
  async setUseTwoFactor(
    @Args('use', { type: () => Boolean }) use: boolean,
    @CurrentActor() actor: SignedInActor,
  ): Promise<UserType | Refusal> {
    return shown(await this.ownTwoFactor.setUse(actor, use));
  }

  @Mutation(() => UserResult)
  @Reauthenticated()
  async setPreferredMethod(
    @Args('method', { type: () => Method }) method: Method,
    @CurrentActor() actor: SignedInActor,
  ): Promise<UserType | Refusal> {
    return shown(await this.ownTwoFactor.prefer(actor, method));
  }

  @Mutation(() => UserResult)
  @Reauthenticated()
  async removeFactor(
    @Args('factorId', { type: () => ID }) factorId: string,
    @CurrentActor() actor: SignedInActor,
  ): Promise<UserType | Refusal> {
    return shown(await this.ownTwoFactor.remove(actor, factorId));
  }

  @Mutation(() => UserResult, { description: "'Reset 2FA' on one's own profile: the next sign-in enrolls anew." })
  @Reauthenticated()
  async resetMyTwoFactor(@CurrentActor() actor: SignedInActor): Promise<UserType | Refusal> {
    return shown(await this.ownTwoFactor.reset(actor));
  }

  @Mutation(() => RecoveryCodesResult)
  @Reauthenticated()
  async regenerateRecoveryCodes(@CurrentActor() actor: SignedInActor): Promise<RecoveryCodesType | Refusal> {
    const outcome = await this.ownTwoFactor.renewRecoveryCodes(actor);
    return isRefusal(outcome) ? outcome : { codes: outcome };
  }
}
