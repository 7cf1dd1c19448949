export { errorName } from './error-name.js';
export { JobQueue, LANES, type Lane } from './queue.port.js';
export { QueueModule, type QueueModuleOptions } from './queue.module.js';
export { parseRedisUrl } from './redis-connection.js';
export { within } from './within.js';
