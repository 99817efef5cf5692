import type { HistoryEntry } from '@account-data/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { DiffView } from '../json/DiffView.js';
import { Dialog } from '../layout/Dialog.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';

/** What a restore would change now, why it is done, and doing it: only if nothing was changed since it was looked at. */
export const RestoreDialog = ({ entry, onClose }: { readonly entry: HistoryEntry; readonly onClose: () => void }): ReactNode => {
  const { client } = useSession();
  const queries = useQueryClient();
  const field = useId();
  const { userId, roomId, type, revision } = entry;
  const now = useQuery({
    queryKey: ['key', userId, roomId, type, revision],
    queryFn: async ({ signal }) => (await client.get(userId, roomId, type, { signal })) ?? null,
    staleTime: 0,
    gcTime: 0,
  });
  const restore = useMutation({
    mutationFn: (reason: string) => client.restore(userId, revision, { reason, ifRevision: now.data?.revision ?? 'absent' }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typeof reason === 'string' && reason.trim() !== '') restore.mutate(reason.trim());
  };
  if (restore.isSuccess) {
    return (
      <Dialog title="Restored" onClose={onClose}>
        <p role="status">{shown(type)} is what revision {revision} made of it. It was recorded as revision {restore.data.revision}.</p>
        <div className="dialog-actions"><button type="button" className="primary" autoFocus onClick={onClose}>Close</button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Restore ${shown(type)} as of revision ${revision}?`} onClose={onClose}>
      <p className="quiet">It becomes a new change, which modules hear of. Nothing of the history is taken back.</p>
      <h3>What would change now</h3>
      {now.data === undefined ? now.error === null ? <p role="status">Reading what is there now…</p> : <Problem error={now.error} /> : (
        <DiffView before={now.data?.content ?? null} after={entry.content} label="What would change now" same="Nothing: the content is the same now. The restore is recorded nevertheless." />
      )}
      <form onSubmit={onSubmit}>
        <label htmlFor={field}>Why? <span className="quiet">It is kept in the history.</span></label>
        <input id={field} name="reason" required maxLength={1_000} autoFocus autoComplete="off" />
        {restore.error === null ? null : <Problem error={restore.error} />}
        <div className="dialog-actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="primary" disabled={now.data === undefined || restore.isPending}>{restore.isPending ? 'Restoring…' : 'Restore'}</button>
        </div>
      </form>
    </Dialog>
  );
};
