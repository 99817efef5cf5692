import { ClientError, type HistoryEntry } from '@account-data/client';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/Session.js';

/** What a scan looks for: whatever is given must match. @category model */
export interface Sought {
  readonly actor?: string;
  /** A correlation ID, the ID of what caused a change, or its own. */
  readonly id?: string;
}

/** How far a scan is: changes read, and what it found among them, newest first. @category model */
export interface Scan {
  readonly state: 'running' | 'stopped' | 'ended';
  readonly read: number;
  readonly found: ReadonlyArray<HistoryEntry>;
  /** The part of the log that was read, 0 to 1, by its positions. */
  readonly fraction: number;
  readonly error?: unknown;
}

/** Changes that are read before somebody is asked whether to go on. */
const atOnce = 20_000;
/** Found changes after which it asks, too. */
const mostFound = 500;

const nothing: Scan = { state: 'stopped', read: 0, found: [], fraction: 0 };

const matches = ({ actor, id }: Sought, entry: HistoryEntry): boolean =>
  (actor === undefined || entry.actor.id === actor) && (id === undefined || [entry.correlationId, entry.causationId, entry.eventId].includes(id));

/** Reads the log backwards from its end, as nothing finds changes by who made them. It stops now and then, and goes on where it stopped. */
export const useScan = (sought: Sought): { readonly scan: Scan; readonly goOn: () => void; readonly stop: () => void } => {
  const { client } = useSession();
  const [scan, setScan] = useState(nothing);
  const cursor = useRef<string>(undefined);
  const newest = useRef(0);
  const ended = useRef<AbortController>(undefined);
  const stop = (): void => { ended.current?.abort(); };
  useEffect(() => stop, []);

  const run = async (signal: AbortSignal): Promise<void> => {
    let [read, found, fraction] = [scan.read, scan.found, scan.fraction];
    const bounds = { read: read + atOnce, found: found.length + mostFound };
    try {
      for (;;) {
        const page = await client.logHistory({ limit: 1_000, signal, ...(cursor.current === undefined ? {} : { cursor: cursor.current }) });
        const last = page.entries.at(-1);
        newest.current = Math.max(newest.current, Number(page.entries[0]?.position ?? 0));
        read += page.entries.length;
        found = [...found, ...page.entries.filter((entry) => matches(sought, entry))];
        fraction = page.next === undefined || last === undefined ? 1 : 1 - Number(last.position) / Math.max(1, newest.current);
        cursor.current = page.next;
        if (page.next === undefined) {
          setScan({ state: 'ended', read, found, fraction: 1 });
          return;
        }
        const isEnough = read >= bounds.read || found.length >= bounds.found;
        setScan({ state: isEnough ? 'stopped' : 'running', read, found, fraction });
        if (isEnough) return;
      }
    } catch (error) {
      const wasStopped = error instanceof ClientError && error._tag === 'Aborted';
      setScan({ state: 'stopped', read, found, fraction, ...(wasStopped ? {} : { error }) });
    }
  };
  return {
    scan,
    stop,
    goOn: () => {
      const controller = new AbortController();
      ended.current = controller;
      setScan((before) => ({ state: 'running', read: before.read, found: before.found, fraction: before.fraction }));
      void run(controller.signal);
    },
  };
};
