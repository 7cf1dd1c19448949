export { ApiKeyEntity } from './api-key.entity.js';
export { API_KEY_PREFIX, ApiKeysStore } from './api-keys.store.js';
export { checkDisplayName } from './display-name.policy.js';
export { checkEmail, normalizeEmail } from './email.policy.js';
export { EMAIL_LINK_SECONDS, EmailLinksStore } from './email-links.store.js';
export { type CountedTry, FactorTriesStore, type TriesPolicy } from './factor-tries.store.js';
export { newUser, type NewUser } from './new-user.js';
export { checkPassword, normalizePassword } from './password.policy.js';
export { checkPhone, prefixAllowed } from './phone.policy.js';
export { UserEntity } from './user.entity.js';
export type { Sight } from './user-search.js';
export { UsersModule } from './users.module.js';
export { UsersStore } from './users.store.js';
export {
  CreateUserInput,
  UpdateUserInput,
  UserConnectionType,
  UserFilter,
  UserResult,
  UserType,
} from './users.types.js';
export { userView } from './users-view.js';
