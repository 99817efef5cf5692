import { makePrivateFolder, privateModes } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { staticTokens } from './staticTokens.js';
import { makeToken } from './tokenFile.js';
import type { TokenFileError } from './tokenFile.js';
import type { TokenSource } from './TokenSource.js';

/** A server that runs on a data folder, as it tells those who may read the folder. @category model */
export interface LocalServer {
  /** The process that listens. */
  readonly pid: number;
  /** Where it really listens, whatever the configuration and its public address say. */
  readonly url: string;
  /** Of role admin, until this server ends. */
  readonly token: string;
}

/** What a server tells of itself in its data folder. @category model */
export interface LocalAccess {
  /** Knows the token that is told. */
  readonly tokens: TokenSource;
  /** Writes down where it is, for the user that runs it alone. */
  readonly tell: (folder: string, address: AddressInfo | string | null) => TE.TaskEither<TokenFileError, void>;
  /** Removes what was told, unless another server has told of itself since. */
  readonly takeBack: (folder: string) => Promise<void>;
}

const LocalServerFile = t.type({ version: t.literal(1), pid: t.Int, url: t.string, token: t.string });

const pathIn = (folder: string): string => join(folder, 'server.json');

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error');

/** Who listens everywhere is reached at this machine's own address. */
const urlOf = ({ address, family, port }: AddressInfo): string => {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${String(port)}`;
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};

/**
 * A token of role admin for this run of the server, and for whoever may read its data folder: they can read and change the
 * log in it anyway. Changes are recorded as made by the user of the operating system, as without a server.
 *
 * @category constructors
 */
export const makeLocalAccess = (): LocalAccess => {
  const { token, sha256 } = makeToken();
  return {
    tokens: staticTokens([{ sha256, role: 'admin', name: userName() }]),
    tell: (folder, address) => async () => {
      const path = pathIn(folder);
      const beside = `${path}.${String(process.pid)}.new`;
      try {
        if (address === null || typeof address === 'string') throw new Error('It listens at no port.');
        makePrivateFolder(folder);
        await rm(beside, { force: true });
        const file = await open(beside, 'wx', privateModes.file);
        try {
          await file.writeFile(`${JSON.stringify({ version: 1, pid: process.pid, url: urlOf(address), token })}\n`);
        } finally {
          await file.close();
        }
        await rename(beside, path);
        return E.right(undefined);
      } catch (error) {
        const message = `${path} can't be written (${codeOf(error)}): commands on the data folder need --url and a token.`;
        return E.left({ _tag: 'TokenFileError', code: 'token_file_unusable', message });
      }
    },
    takeBack: async (folder) => {
      const told = await readLocalServer(folder);
      if (told?.token === token) await rm(pathIn(folder), { force: true });
    },
  };
};

/** What the last server on a data folder told of itself; one that was killed told it, too. Undefined where there is nothing to read. */
export const readLocalServer = async (folder: string): Promise<LocalServer | undefined> => {
  try {
    const told = LocalServerFile.decode(JSON.parse(await readFile(pathIn(folder), 'utf8')));
    if (E.isLeft(told) || !URL.canParse(told.right.url)) return undefined;
    const { pid, url, token } = told.right;
    return { pid, url, token };
  } catch {
    return undefined;
  }
};
