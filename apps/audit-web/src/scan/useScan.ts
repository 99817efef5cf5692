import { ClientError, type ScanPart, type ScanQuery } from '@account-data/client';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/Session.js';

/** What a scan looks for: whatever is given must match. @category model */
export type Sought = Pick<ScanQuery, 'actor' | 'requestKey' | 'correlationId' | 'roomId' | 'since'>;

/** How far a scan is: changes read, and what it found among them, the oldest first. @category model */
export interface Scan {
  readonly state: 'running' | 'stopped' | 'ended';
  readonly read: number;
  readonly found: ScanPart['entries'];
  /** The part of the log that lies behind it, 0 to 1. */
  readonly fraction: number;
  /** Where it goes on; absent at the beginning and at the end. */
  readonly cursor?: string | undefined;
  readonly error?: unknown;
}

/** Found changes after which somebody is asked whether to go on. */
const mostFound = 500;

/** Has the server read the log from its beginning, or behind a cursor; `onCursor` hears how far it came. It goes on where it stopped. */
export const useScan = (
  sought: Sought,
  begin: string | undefined,
  onCursor: (cursor: string | undefined) => void,
): { readonly scan: Scan; readonly goOn: () => void; readonly stop: () => void } => {
  const { client } = useSession();
  const [scan, setScan] = useState<Scan>({ state: 'stopped', read: 0, found: [], fraction: 0, cursor: begin });
  const ended = useRef<AbortController>(undefined);
  const stop = (): void => { ended.current?.abort(); };
  useEffect(() => stop, []);

  const run = async (signal: AbortSignal): Promise<void> => {
    let now: Scan = { ...scan, state: 'running', error: undefined };
    setScan(now);
    const readBefore = scan.read;
    const enough = scan.found.length + mostFound;
    try {
      for await (const part of client.scan({ ...sought, signal, ...(scan.cursor === undefined ? {} : { cursor: scan.cursor }) })) {
        if (signal.aborted) return;
        const found = [...now.found, ...part.entries];
        const state = part.next === undefined ? 'ended' : found.length >= enough ? 'stopped' : 'running';
        now = { state, read: readBefore + part.read, found, fraction: part.fraction, cursor: part.next };
        setScan(now);
        onCursor(part.next);
        if (state !== 'running') return;
      }
    } catch (error) {
      const wasStopped = error instanceof ClientError && error._tag === 'Aborted';
      setScan({ ...now, state: 'stopped', ...(wasStopped ? {} : { error }) });
    }
  };
  return {
    scan,
    stop,
    goOn: () => {
      const controller = new AbortController();
      ended.current = controller;
      void run(controller.signal);
    },
  };
};
