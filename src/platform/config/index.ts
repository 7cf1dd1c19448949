export { type Config, ConfigError, type LogLevel, loadConfig, loadProcessConfig, type RunMode } from './config.js';
export { CONFIG, ConfigModule } from './config.module.js';
