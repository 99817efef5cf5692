import { ClientError, type ReplayProgress, type ReplayRange } from '@account-data/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSession } from '../session/Session.js';

/** A replay that this page asked for. @category model */
export interface AskedReplay {
  readonly start: (range: ReplayRange) => void;
  readonly stop: () => void;
  readonly isRunning: boolean;
  readonly result: ReplayProgress | undefined;
  /** Why it failed; null where it did not, and where it was stopped. */
  readonly error: Error | null;
}

/** Delivers a range of the log to a module again. It ends with the request: when it is stopped, or the view is left. */
export const useReplay = (name: string): AskedReplay => {
  const { client } = useSession();
  const queries = useQueryClient();
  const ended = useRef<AbortController>(undefined);
  const stop = (): void => { ended.current?.abort(); };
  useEffect(() => stop, []);
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: (range: ReplayRange) => {
      ended.current = new AbortController();
      return client.modules.replay(name, range, { signal: ended.current.signal });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['modules'] }),
  });
  return { start: mutate, stop, isRunning: isPending, result: data, error: error instanceof ClientError && error._tag === 'Aborted' ? null : error };
};
