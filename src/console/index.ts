export { type ConsoleOptions, registerConsole } from './console.js';
