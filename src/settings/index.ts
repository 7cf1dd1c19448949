export { SettingsEntity } from './settings.entity.js';
export { SettingsModule } from './settings.module.js';
export { type SettingsChange, SettingsService } from './settings.service.js';
export { SettingsInput, SettingsResult, SettingsType } from './settings.types.js';
export { settingsView } from './settings-view.js';
