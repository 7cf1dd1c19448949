import { Module } from '@nestjs/common';
import { RolesResolver } from './roles.resolver.js';
import { RolesService } from './roles.service.js';
import { RolesStore } from './roles.store.js';

@Module({ providers: [RolesService, RolesStore, RolesResolver], exports: [RolesService, RolesStore] })
export class RolesModule {}
