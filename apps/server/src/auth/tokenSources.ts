import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config/ServerConfig.js';
import { noteJwtRefusals } from '../observability/jwtRefusals.js';
import { ServerStartError } from '../ServerStartError.js';
import { dataFolderTokens } from './dataFolderTokens.js';
import type { DataFolderTokens } from './dataFolderTokens.js';
import { homeserverTokens } from './homeserverTokens.js';
import { jwtTokens } from './jwtTokens.js';
import { staticTokens } from './staticTokens.js';
import { readTokenFile } from './tokenFile.js';
import type { TokenSource } from './TokenSource.js';

/** The tokens of the data folder. A file that can't be read ends the start. */
export const folderTokens = async (config: ServerConfig, { clock }: Runtime, logger: Logger): Promise<DataFolderTokens> => {
  // Later, when it is followed, it is only said.
  const readable = await readTokenFile(config.store.path)();
  if (E.isLeft(readable)) throw new ServerStartError(readable.left.code, readable.left.message);
  return dataFolderTokens(config.store.path, clock, (message) => {
    logger.error(message);
  });
};

/** The sources of tokens that the configuration names, in their order. */
export const configuredTokens = (config: ServerConfig, { clock }: Runtime, registry: Registry, logger: Logger): ReadonlyArray<TokenSource> => {
  const { tokens, jwt, homeserver } = config.auth;
  return [
    staticTokens(tokens),
    ...(jwt === undefined ? [] : [jwtTokens(jwt, clock, noteJwtRefusals(registry, logger))]),
    ...(homeserver === undefined ? [] : [homeserverTokens(homeserver, clock)]),
  ];
};
