import { copyFileSync, chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { danglingLink, isWithin, makePrivateFolder, privateModes } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { type Refusal, refusal } from '../Refusal.js';

/** Makes the data folder that is to be written, for this user alone; one that holds something, or is in what it is a copy of, is refused. */
export const makeDataFolder = (path: string, { copyOf }: { readonly copyOf: string }): E.Either<Refusal, string> => {
  if (isWithin(copyOf, path)) {
    return E.left(refusal('store_folder_inside', `${path} is in ${copyOf}, which it would be a copy of. Nothing was written.`, 'Give a folder outside of it.'));
  }
  const link = danglingLink(path);
  if (link !== undefined) return E.left(refusal('store_missing', `${link} is a link to something that is not there.`, 'Mount or make what it leads to, or give another folder.'));
  makePrivateFolder(path);
  if (readdirSync(path).length === 0) return E.right(path);
  return E.left(refusal('store_folder_not_empty', `${path} is there already, and not empty.`, 'Give a folder that is not there yet, or move this one away first.'));
};

/** The tokens of a data folder go with its log; its projection does not, since it is built anew. */
export const copyTokens = (from: string, to: string): void => {
  const name = 'tokens.json';
  if (!existsSync(join(from, name))) return;
  copyFileSync(join(from, name), join(to, name));
  chmodSync(join(to, name), privateModes.file);
};
