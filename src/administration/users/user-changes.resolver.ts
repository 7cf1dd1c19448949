import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { Acknowledgement, CurrentActor, done, type DoneType } from '../../platform/graphql/index.js';
import { MayChange } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import {
  CreateUserInput,
  UpdateUserInput,
  type UserEntity,
  UserFilter,
  UserResult,
  type UserType,
  userView,
} from '../../users/index.js';
import { ActivationService } from './activation.service.js';
import { BulkSendType } from './bulk-send.type.js';
import { ConfirmationsService } from './confirmations.service.js';
import { CreateUserService } from './create-user.service.js';
import { UpdateUserService } from './update-user.service.js';
import { UserFactorsService } from './user-factors.service.js';

const shown = (outcome: UserEntity | Refusal): UserType | Refusal => (isRefusal(outcome) ? outcome : userView(outcome));

@Resolver()
export class UserChangesResolver {
  constructor(
    private readonly creating: CreateUserService,
    private readonly updating: UpdateUserService,
    private readonly factors: UserFactorsService,
    private readonly activation: ActivationService,
    private readonly confirmations: ConfirmationsService,
  ) {}

  @Mutation(() => UserResult)
  @MayChange('USERS_WRITE')
  async createUser(
    @CurrentActor() actor: Actor,
    @Args('input', { type: () => CreateUserInput }) input: CreateUserInput,
  ): Promise<UserType | Refusal> {
    return shown(await this.creating.create(actor, input));
  }

  @Mutation(() => UserResult)
  @MayChange('USERS_WRITE')
  async updateUser(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { type: () => UpdateUserInput }) input: UpdateUserInput,
  ): Promise<UserType | Refusal> {
    return shown(await this.updating.update(actor, id, input));
  }

  @Mutation(() => UserResult, {
    description: 'Takes the factors away and ends the sessions; policy decides whether the next sign-in enrolls anew.',
  })
  @MayChange('USERS_WRITE')
  async resetTwoFactor(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<UserType | Refusal> {
    return shown(await this.factors.reset(actor, userId));
  }

  @Mutation(() => UserResult, {
    description:
      "Takes the factors away and sets 'Use 2FA' to NO; where a role requires it, the next sign-in enrolls anew.",
  })
  @MayChange('USERS_WRITE')
  async disableTwoFactorFor(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<UserType | Refusal> {
    return shown(await this.factors.disable(actor, userId));
  }

  @Mutation(() => UserResult, {
    description: 'Ends a lock; factors that a hundred wrong codes disabled are taken away.',
  })
  @MayChange('USERS_WRITE')
  async unlockUser(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<UserType | Refusal> {
    return shown(await this.factors.unlock(actor, userId));
  }

  @Mutation(() => Acknowledgement)
  @MayChange('USERS_WRITE')
  async sendActivationEmail(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<DoneType | Refusal> {
    const outcome = await this.activation.send(actor, userId);
    return isRefusal(outcome) ? outcome : done('The activation mail is on its way.');
  }

  @Mutation(() => BulkSendType, {
    description: 'To every unconfirmed user that the caller may see and the filter names.',
  })
  @MayChange('USERS_WRITE')
  async resendEmailConfirmations(
    @CurrentActor() actor: Actor,
    @Args('filter', { type: () => UserFilter, nullable: true }) filter: UserFilter | null,
  ): Promise<BulkSendType> {
    return this.confirmations.resend(actor, filter ?? {});
  }
}
