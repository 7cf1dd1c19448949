import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, done, DoneType } from '../../platform/graphql/index.js';
import { MayChange, MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { ApiKeysService } from './api-keys.service.js';
import { type ApiKeyCreatedType, ApiKeyResult, ApiKeyType, apiKeyView } from './api-keys.types.js';

@Resolver()
export class ApiKeysResolver {
  constructor(private readonly keys: ApiKeysService) {}

  @Query(() => [ApiKeyType], { description: 'Those of one service user that were not revoked.' })
  @MayRead('USERS_READ', 'USERS_WRITE')
  async apiKeys(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<ApiKeyType[]> {
    return (await this.keys.list(actor, userId)).map(apiKeyView);
  }

  @Mutation(() => ApiKeyResult)
  @MayChange('USERS_WRITE')
  async createApiKey(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
    @Args('name', { type: () => String }) name: string,
    @Args('expiresAt', { type: () => Date, nullable: true }) expiresAt: Date | null,
  ): Promise<ApiKeyCreatedType | Refusal> {
    const created = await this.keys.create(actor, userId, { name, expiresAt: expiresAt ?? null });
    return isRefusal(created) ? created : { apiKey: apiKeyView(created.row), key: created.key };
  }

  @Mutation(() => DoneType)
  @MayChange('USERS_WRITE')
  async revokeApiKey(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string): Promise<DoneType> {
    await this.keys.revoke(actor, id);
    return done('The API key was revoked.');
  }
}
