import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Acknowledgement, CurrentActor, type DoneType } from '../../platform/graphql/index.js';
import { MayChange, MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { ApplicationKind } from '../../shared/codes.js';
import type { Refusal } from '../../shared/outcome.js';
import { ApplicationChanges } from './application-changes.service.js';
import { type ApplicationCreatedType, ApplicationResult, ApplicationType } from './application.types.js';

@Resolver()
export class ApplicationsResolver {
  constructor(private readonly changes: ApplicationChanges) {}

  @Query(() => [ApplicationType])
  @MayRead('SETTINGS_READ', 'SETTINGS_WRITE')
  applications(@CurrentActor() actor: Actor): Promise<ApplicationType[]> {
    return this.changes.all(actor);
  }

  @Mutation(() => ApplicationResult)
  @MayChange('SETTINGS_WRITE')
  createApplication(
    @CurrentActor() actor: Actor,
    @Args('name', { type: () => String }) name: string,
    @Args('kind', { type: () => ApplicationKind }) kind: ApplicationKind,
  ): Promise<ApplicationCreatedType | Refusal> {
    return this.changes.create(actor, name, kind);
  }

  @Mutation(() => Acknowledgement)
  @MayChange('SETTINGS_WRITE')
  deleteApplication(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<DoneType | Refusal> {
    return this.changes.delete(actor, id);
  }
}
