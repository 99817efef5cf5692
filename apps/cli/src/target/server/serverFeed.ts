import { getFeed, queryOf } from '@account-data/service-api';
import type { FeedLine, Target } from '../Target.js';
import type { HttpServer } from './HttpServer.js';

/** The longest heartbeat there is: a word on how far the feed is means the end, unless what is there takes longer. */
const longestHeartbeat = 600_000;

const isRecord = (value: unknown): value is FeedLine['data'] => typeof value === 'object' && value !== null && !Array.isArray(value);

const dataOf = (text: string): FeedLine['data'] => {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
};

/** The feed of a running server; its ids name the log. It ends with the connection: go on after the last id. */
export const serverFeed =
  (server: HttpServer): Target['feed'] =>
  ({ after, userId, roomId, type, tags, toEnd, stop, onLine }) => {
    const end = new AbortController();
    const query = queryOf(getFeed, {
      after,
      tags,
      ...(userId === undefined ? {} : { userId }),
      ...(roomId === undefined ? {} : { roomId }),
      ...(type === undefined ? {} : { type }),
      ...(toEnd ? { heartbeat: longestHeartbeat } : {}),
    });
    let fields: { id?: string; event?: string; data?: string } = {};
    return server.download(
      `${getFeed.path}${query}`,
      async (line) => {
        if (line !== '') {
          const [, name, value = ''] = /^(id|event|data): ?(.*)$/su.exec(line) ?? [];
          if (name === 'id' || name === 'event' || name === 'data') fields = { ...fields, [name]: value };
          return;
        }
        const { id, event, data } = fields;
        fields = {};
        if (event === 'progress' && toEnd) end.abort();
        else if (id !== undefined && event !== undefined && event !== 'progress' && data !== undefined) await onLine({ id, event, data: dataOf(data) });
      },
      AbortSignal.any([stop, end.signal]),
    );
  };
