export { Metrics, type MessageResult, type SignInMethod, type SignInOutcome } from './metrics.js';
export { MetricsModule } from './metrics.module.js';
