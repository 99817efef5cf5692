export { type Principal } from './auth/Principal.js';
export { isRole, type Role, roles } from './auth/Role.js';
export { addToTokenFile, makeToken, readTokenFile, removeFromTokenFile, type TokenFileError } from './auth/tokenFile.js';
export { type ConfigSource, loadConfig } from './config/loadConfig.js';
export {
  type ConfigFault,
  type ConfigInvalid,
  describeConfigInvalid,
  type LogLevel,
  type ServerConfig,
  type ServerLimits,
  type StaticToken,
} from './config/ServerConfig.js';
export { main, type MainWorld, processMainWorld } from './main.js';
export { makeLogger } from './observability/logging.js';
export { ServerStartError } from './ServerStartError.js';
export { type ServerEnvironment } from './ServerEnvironment.js';
export { type RunningServer, startServer } from './startServer.js';
