export type { NewToken, Services, TargetOptions, TokenRequest } from './commands/Execution.js';
export { runCommand } from './runCommand.js';
export { makeToken } from './services/makeToken.js';
export { serve } from './services/serve.js';
export { withTarget } from './services/withTarget.js';
export type { World } from './World.js';
