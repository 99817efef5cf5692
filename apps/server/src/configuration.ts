/** The export `./configuration`: configuration and token file without the server, which takes longer to load. */
export { addToTokenFile, makeToken, readTokenFile, removeFromTokenFile, type TokenFileError } from './auth/tokenFile.js';
export { type LocalServer, readLocalServer } from './auth/localAccess.js';
export { describeLogError } from './config/dataFolder.js';
export { expandHome } from './config/homePath.js';
export { reachAdvice, sayingThatItWaits } from './config/storeContact.js';
export { type ConfigSource, loadConfig } from './config/loadConfig.js';
export { defaultFollowName } from './config/resolveConfig.js';
export { type ConfigInvalid, describeConfigInvalid, type ServerConfig, type StaticToken, type SynapseFollowConfig } from './config/ServerConfig.js';
