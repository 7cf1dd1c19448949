export { AdministrationModule } from './administration.module.js';
export { SetupService } from './setup/index.js';
