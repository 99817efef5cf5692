import { type ClientRequest, request } from 'node:http';

/** One connection to the change feed that reads as a browser's EventSource does. */
export interface FeedReader {
  /** Ids of all frames, in order. */
  readonly ids: ReadonlyArray<string>;
  /** The data of all frames that are changes. */
  readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly hasEnded: () => boolean;
  readonly close: () => void;
}

/** The position that a frame's id names: what stands before its log's id. */
export const positionOf = (id: string): number => Number(/^\d+/.exec(id)?.[0]);

/** Opens a reader; resolved when the server has begun to answer. */
export const openFeedReader = (url: string, token: string, query: string, lastEventId?: string): Promise<FeedReader> =>
  new Promise((resolve, reject) => {
    const ids: Array<string> = [];
    const changes: Array<Readonly<Record<string, unknown>>> = [];
    let ended = false;
    let rest = '';
    const outgoing: ClientRequest = request(
      `${url}/v1/feed?${query}`,
      { agent: false, headers: { authorization: `Bearer ${token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) } },
      (incoming) => {
        if (incoming.statusCode !== 200) {
          reject(new Error(`The feed answered ${String(incoming.statusCode)}.`));
          outgoing.destroy();
          return;
        }
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          const frames = (rest + chunk).split('\n\n');
          rest = frames.pop() ?? '';
          for (const frame of frames) {
            ids.push(/^id: (.*)$/m.exec(frame)?.[1] ?? '');
            if (/^event: progress$/m.test(frame)) continue;
            changes.push(JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '{}') as Readonly<Record<string, unknown>>);
          }
        });
        incoming.on('close', () => {
          ended = true;
        });
        resolve({ ids, changes, hasEnded: () => ended, close: () => void outgoing.destroy() });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
