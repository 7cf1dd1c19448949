import { Module } from '@nestjs/common';
import { ApiKeysStore } from './api-keys.store.js';
import { EmailLinksStore } from './email-links.store.js';
import { FactorTriesStore } from './factor-tries.store.js';
import { UsersStore } from './users.store.js';

const STORES = [UsersStore, FactorTriesStore, EmailLinksStore, ApiKeysStore];

@Module({ providers: STORES, exports: STORES })
export class UsersModule {}
