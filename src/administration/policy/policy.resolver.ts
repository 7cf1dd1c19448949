import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor } from '../../platform/graphql/index.js';
import { TwoFactorDecisionType } from '../../auth/index.js';
import { MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { ApplicationKind } from '../../shared/codes.js';
import { ExplainService } from './explain.service.js';
import { PreviewService } from './preview.service.js';
import { TwoFactorChangeInput, TwoFactorPreviewType } from './preview.types.js';

@Resolver()
export class PolicyResolver {
  constructor(
    private readonly explanations: ExplainService,
    private readonly previews: PreviewService,
  ) {}

  @Query(() => TwoFactorDecisionType)
  @MayRead('USERS_READ', 'USERS_WRITE')
  explainTwoFactor(
    @CurrentActor() actor: Actor,
    @Args('userId', { type: () => ID }) userId: string,
    @Args('application', { type: () => ApplicationKind, nullable: true, defaultValue: ApplicationKind.WEB })
    application: ApplicationKind | null,
  ): Promise<TwoFactorDecisionType> {
    return this.explanations.explain(actor, userId, application ?? 'WEB');
  }

  @Query(() => TwoFactorPreviewType)
  @MayRead('SETTINGS_READ', 'SETTINGS_WRITE', 'ROLES_WRITE')
  previewTwoFactor(
    @CurrentActor() actor: Actor,
    @Args('change') change: TwoFactorChangeInput,
  ): Promise<TwoFactorPreviewType> {
    return this.previews.preview(actor, change);
  }
}
