import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FolderOptions } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';

/** The configuration that a server started here would have; `--dir` says where an embedded store is, whatever it says. */
export const findConfig =
  ({ dir, config }: FolderOptions, { env, cwd }: World): TE.TaskEither<Refusal, ServerConfig> =>
  async () => {
    const { describeConfigInvalid, loadConfig } = await import('@account-data/server/configuration');
    const loaded = await loadConfig({
      cwd,
      env: dir === undefined ? env : { ...env, ACCOUNT_DATA_DIR: dir, EVENTSTOREDB_URL: undefined },
      ...(config === undefined ? {} : { file: config }),
    })();
    if (E.isLeft(loaded)) return E.left(refusal(loaded.left.code, describeConfigInvalid(loaded.left)));
    if (dir === undefined) return loaded;
    const { path, prefix, erasures } = loaded.right.store;
    return E.right({ ...loaded.right, store: { kind: 'embedded', path, prefix, erasures } });
  };
