import { keepPrivate, makePrivateFolder, privateModes, sha256Hex } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRole } from './Role.js';
import type { Role } from './Role.js';
import type { StaticToken } from '../config/ServerConfig.js';

/**
 * Tokens of a data folder, as `tokens.json` in it (mode 0600): the one that the first start makes, and those that
 * `account-data token create` adds. Only digests are kept; a token is shown once, when it is made.
 */

const RoleCodec = new t.Type<Role>('role', isRole, (value, context) => (isRole(value) ? t.success(value) : t.failure(value, context)), t.identity);

const TokenFile = t.type({
  version: t.literal(1),
  tokens: t.readonlyArray(
    t.intersection([t.type({ token_sha256: t.string, role: RoleCodec }), t.partial({ user_id: t.string, name: t.string })]),
  ),
});

/** The file of tokens can't be read or written. @category errors */
export interface TokenFileError {
  readonly _tag: 'TokenFileError';
  readonly code: 'token_file_unusable';
  readonly message: string;
}

const fileName = 'tokens.json';

const failure = (message: string): TokenFileError => ({ _tag: 'TokenFileError', code: 'token_file_unusable', message });

/** A new random token (256 bits, URL-safe) with its digest. @category constructors */
export const makeToken = (): { readonly token: string; readonly sha256: string } => {
  const token = `adt_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: sha256Hex(token) };
};

/** The tokens of a data folder; none where it has no token file yet. */
export const readTokenFile =
  (folder: string): TE.TaskEither<TokenFileError, ReadonlyArray<StaticToken>> =>
  async () => {
    const path = join(folder, fileName);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return E.right([]);
      return E.left(failure(`${path} can't be read (${codeOf(error)}). Make it readable for the user that runs the server.`));
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return E.left(failure(`${path} is not JSON. Restore it, or move it away to have a new admin token made.`));
    }
    const decoded = TokenFile.decode(json);
    if (E.isLeft(decoded)) {
      return E.left(failure(`${path} is not a token file. Restore it, or move it away to have a new admin token made.`));
    }
    return E.right(
      decoded.right.tokens.map((token) => ({
        sha256: token.token_sha256.toLowerCase(),
        role: token.role,
        ...(token.user_id === undefined ? {} : { userId: token.user_id }),
        ...(token.name === undefined ? {} : { name: token.name }),
      })),
    );
  };

/** Adds a token's digest to the data folder, which is made where it is missing. Durable when it is done. */
export const addToTokenFile = (folder: string, token: StaticToken): TE.TaskEither<TokenFileError, void> =>
  pipe(
    readTokenFile(folder),
    TE.flatMap((present) => writeTokenFile(folder, [...present, token])),
  );

/** Takes a token's digest out of the data folder; gives what was taken out, undefined where it is not there. Durable when it is done. */
export const removeFromTokenFile = (folder: string, sha256: string): TE.TaskEither<TokenFileError, StaticToken | undefined> =>
  pipe(
    readTokenFile(folder),
    TE.flatMap((present) => {
      const removed = present.find((token) => token.sha256 === sha256);
      if (removed === undefined) return TE.right(undefined);
      return pipe(writeTokenFile(folder, present.filter((token) => token !== removed)), TE.map(() => removed));
    }),
  );

const writeTokenFile =
  (folder: string, tokens: ReadonlyArray<StaticToken>): TE.TaskEither<TokenFileError, void> =>
  async () => {
    const text = JSON.stringify(
      {
        version: 1,
        tokens: tokens.map(({ sha256, role, userId, name }) => ({
          token_sha256: sha256,
          role,
          ...(userId === undefined ? {} : { user_id: userId }),
          ...(name === undefined ? {} : { name }),
        })),
      },
      null,
      2,
    );
    const path = join(folder, fileName);
    const beside = `${path}.${String(process.pid)}.new`;
    try {
      makePrivateFolder(folder);
      const file = await open(beside, 'w', privateModes.file);
      try {
        await file.chmod(privateModes.file);
        await file.writeFile(`${text}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      const directory = await open(folder, 'r');
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    } catch (error) {
      return E.left(failure(`${path} can't be written (${codeOf(error)}). Make the data folder writable.`));
    }
    return E.right(undefined);
  };

/** Sees to it that nobody but this user can open the token file, as one that was put back from a backup may let others. */
export const keepTokensPrivate = (folder: string): void => {
  keepPrivate(join(folder, fileName));
};

/** What tells a changed token file from an unchanged one; undefined where there is none. */
export const tokenFileStamp = async (folder: string): Promise<string | undefined> => {
  try {
    const { mtimeMs, size, ino } = await stat(join(folder, fileName));
    return `${String(mtimeMs)}:${String(size)}:${String(ino)}`;
  } catch {
    return undefined;
  }
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
