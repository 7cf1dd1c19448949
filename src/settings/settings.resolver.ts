import { Query, Resolver } from '@nestjs/graphql';
import { Clock } from '../platform/crypto/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { CurrentActor } from '../platform/graphql/index.js';
import { MayRead } from '../shared/access.js';
import type { Actor } from '../shared/actor.js';
import { settingsView } from './settings-view.js';
import { SettingsService } from './settings.service.js';
import { SettingsType } from './settings.types.js';

@Resolver(() => SettingsType)
export class SettingsResolver {
  constructor(
    private readonly settingsService: SettingsService,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  @Query(() => SettingsType)
  @MayRead('SETTINGS_READ', 'SETTINGS_WRITE')
  async settings(@CurrentActor() actor: Actor): Promise<SettingsType> {
    const settings = await this.unitOfWork.read((tx) => this.settingsService.of(tx, actor.organizationId));
    return settingsView(settings, this.clock.now());
  }
}
