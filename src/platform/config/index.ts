export {
  type Config,
  ConfigError,
  ENVIRONMENT_NAMES,
  type LogLevel,
  loadConfig,
  loadProcessConfig,
  type RunMode,
  type TracingConfig,
} from './config.js';
export { CONFIG, ConfigModule } from './config.module.js';
