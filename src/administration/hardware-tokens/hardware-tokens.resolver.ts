import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor } from '../../platform/graphql/index.js';
import { MayChange, MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import type { Refusal } from '../../shared/outcome.js';
import { pageRequest } from '../../shared/page.js';
import {
  HardwareTokenConnectionType,
  HardwareTokenImportType,
  HardwareTokenResult,
  type HardwareTokenType,
} from './hardware-token.types.js';
import { TokenHolders } from './token-holders.service.js';
import { TokenStock } from './token-stock.service.js';

@Resolver()
export class HardwareTokensResolver {
  constructor(
    private readonly stock: TokenStock,
    private readonly holders: TokenHolders,
  ) {}

  @Query(() => HardwareTokenConnectionType, { description: 'In the order of their serial numbers.' })
  @MayRead('USERS_READ', 'USERS_WRITE')
  hardwareTokens(
    @CurrentActor() actor: Actor,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<HardwareTokenConnectionType> {
    return this.stock.page(actor, pageRequest(first, after));
  }

  @Mutation(() => HardwareTokenImportType, {
    description:
      'Lines of serial,seed(hex or base32),algorithm,digits,period; the last three may be left out. 500 lines at most: import a longer list in parts.',
  })
  @MayChange('USERS_WRITE')
  importHardwareTokens(
    @CurrentActor() actor: Actor,
    @Args('csv', { type: () => String }) csv: string,
  ): Promise<HardwareTokenImportType> {
    return this.stock.import(actor, csv);
  }

  @Mutation(() => HardwareTokenResult)
  @MayChange('USERS_WRITE')
  assignHardwareToken(
    @CurrentActor() actor: Actor,
    @Args('tokenId', { type: () => ID }) tokenId: string,
    @Args('userId', { type: () => ID }) userId: string,
  ): Promise<HardwareTokenType | Refusal> {
    return this.holders.assign(actor, tokenId, userId);
  }

  @Mutation(() => HardwareTokenResult, {
    description: 'Takes it back from its user: to FREE, or to LOST, in which state it opens nothing.',
  })
  @MayChange('USERS_WRITE')
  releaseHardwareToken(
    @CurrentActor() actor: Actor,
    @Args('tokenId', { type: () => ID }) tokenId: string,
    @Args('lost', { type: () => Boolean, nullable: true, defaultValue: false }) lost: boolean | null,
  ): Promise<HardwareTokenType | Refusal> {
    return this.holders.release(actor, tokenId, lost ?? false);
  }
}
