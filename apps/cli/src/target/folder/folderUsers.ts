import type { UserId } from '@account-data/domain';
import type { AccountDataLog } from '@account-data/engine/log';
import type { Target } from '../Target.js';
import { folderError } from './folderError.js';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Who is in the log: nothing but a server's index finds users, so that all of the log is read. */
export const folderUsers = (log: AccountDataLog): Pick<Target, 'users'> => ({
  users: async ({ prefix = '', after, limit = 100, signal } = {}) => {
    const users = new Set<UserId>();
    try {
      for await (const item of log.feed({ after: 'start', filter: { tags: true }, toEnd: true, ...(signal === undefined ? {} : { signal }) })) {
        if (item._tag === 'UserErased') users.delete(item.userId);
        else if ('userId' in item && item.userId.startsWith(prefix)) users.add(item.userId);
      }
    } catch (error) {
      throw folderError('feed_failed', `The log can be read no longer: ${error instanceof Error ? error.message : 'the store failed'}.`);
    }
    const found = [...users].sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b))).filter((user) => after === undefined || Buffer.compare(bytesOf(user), bytesOf(after)) > 0);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { users: page, ...(last === undefined || found.length <= limit ? {} : { next: last }) };
  },
});
