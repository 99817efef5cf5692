import { streamNames } from '@account-data/domain';
import { type EventStore, type ReadFrom, StreamName } from '@account-data/event-store';
import { damageAdvice, scrubLog, storeOwner } from '@account-data/event-store-lmdb';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { Finding } from '../commands/Execution.js';
import type { World } from '../World.js';
import { openStore } from './openStore.js';

/** What is known of a log, and what was found. Without `head` it could not be read. */
export interface LogDiagnosis {
  readonly findings: ReadonlyArray<Finding>;
  readonly head?: ReadFrom;
  /** Absent where it has none yet. */
  readonly logId?: string;
}

const error = ({ code, message }: { readonly code: string; readonly message: string }): Finding => ({ severity: 'error', code, message });

const ofOwner = (path: string): ReadonlyArray<Finding> => {
  const owner = storeOwner(path);
  if (E.isLeft(owner)) return [error(owner.left)];
  if (owner.right === undefined) return [{ severity: 'info', code: 'log_free', message: 'No process owns the log: a server can start.' }];
  const who = owner.right.pid === undefined ? 'A process' : `The process ${String(owner.right.pid)}`;
  return [{ severity: 'info', code: 'log_owned', message: `${who} owns the log, as a running server does: no second server can start on this folder.` }];
};

/** What the log holds that is not what was written. */
const damageOf = async (path: string, { runtime, stopped: signal }: World): Promise<ReadonlyArray<Finding>> => {
  const scrubbed = await scrubLog(path, { runtime, signal })();
  return E.isLeft(scrubbed)
    ? [error(scrubbed.left)]
    : scrubbed.right.damage.map(({ message }) => error({ code: 'store_damaged', message: `${message} ${damageAdvice}` }));
};

const readLog = async (store: EventStore, prefix: string): Promise<LogDiagnosis> => {
  const head = await store.head()();
  if (E.isLeft(head)) return { findings: [error({ message: 'The log is closed.', ...head.left })] };
  const { log } = streamNames(prefix);
  const first = await store.read(StreamName(log), { limit: 1 })();
  if (E.isLeft(first)) return { findings: [error({ message: 'The log is closed.', ...first.left })] };
  const opens: Finding = { severity: 'info', code: 'log_opened', message: `The log can be read; it ends at ${head.right === 'start' ? 'its start' : `position ${String(head.right)}`}.` };
  if (first.right._tag === 'NoStream') {
    return { head: head.right, findings: [opens, { severity: 'info', code: 'log_new', message: 'Nothing of account data is in it yet.' }] };
  }
  const logId = first.right._tag === 'Events' ? first.right.events[0]?.data['logId'] : undefined;
  return typeof logId === 'string'
    ? { head: head.right, logId, findings: [opens] }
    : { head: head.right, findings: [opens, error({ code: 'log_without_id', message: `The stream ${log} does not begin with the log's id. Give another prefix, or put the log back from a backup.` })] };
};

/** Whether the log can be opened and read, who owns it, and whether it is one of account data. */
export const diagnoseLog = async (config: ServerConfig, world: World): Promise<LogDiagnosis> => {
  const { store: settings } = config;
  const owner = settings.kind === 'eventstoredb' ? [] : ofOwner(join(settings.path, 'log'));
  const opened = await openStore(config, 'read', world)();
  if (E.isLeft(opened)) return { findings: [...owner, error(opened.left)] };
  try {
    const diagnosis = await readLog(opened.right, settings.prefix);
    const damage = settings.kind === 'eventstoredb' ? [] : await damageOf(join(settings.path, 'log'), world);
    return { ...diagnosis, findings: [...owner, ...diagnosis.findings, ...damage] };
  } finally {
    await opened.right.close();
  }
};
