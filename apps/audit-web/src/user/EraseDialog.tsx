import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { fileNameOf, saveFile } from '../export/saveFile.js';
import { Dialog } from '../layout/Dialog.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';
import { utcTime } from '../text/times.js';

/** Erases a user once their ID was typed, and shows the receipt. */
export const EraseDialog = ({ userId, onClose }: { readonly userId: string; readonly onClose: () => void }): ReactNode => {
  const { client } = useSession();
  const queries = useQueryClient();
  const id = useId();
  const [typed, setTyped] = useState('');
  const erase = useMutation({
    mutationFn: (reason: string) => client.eraseUser(userId, { reason }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason');
    if (typed === userId && typeof reason === 'string' && reason.trim() !== '') erase.mutate(reason.trim());
  };
  if (erase.isSuccess) {
    const { erasedAt, position, steps } = erase.data;
    return (
      <Dialog title={`${shown(userId)} was erased`} onClose={onClose}>
        <p role="status">At {utcTime(erasedAt)}{position === null ? '' : `, position ${position} of the log`}. Keep this receipt: the page can’t show it again.</p>
        <dl className="receipt">
          {steps.map(({ step, removed, remains }) => (
            <div key={step}>
              <dt>{shown(step)}</dt>
              <dd>
                {removed.length + remains.length === 0 ? <p className="quiet">There was nothing to remove.</p> : null}
                {removed.map((line) => <p key={line}>Removed: {shown(line)}</p>)}
                {remains.map((line) => <p key={line} className="quiet">Remains: {shown(line)}</p>)}
              </dd>
            </div>
          ))}
        </dl>
        <div className="dialog-actions">
          <button type="button" onClick={() => { saveFile(`erased-${fileNameOf(userId)}.json`, 'application/json', [`${JSON.stringify(erase.data, null, 2)}\n`]); }}>Save the receipt</button>
          <button type="button" className="primary" autoFocus onClick={onClose}>Close</button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Erase this user for good?" onClose={onClose}>
      <p>All account data, tags and history of <b>{shown(userId)}</b> go, and nothing can be stored for this ID any more. <b>This can’t be undone.</b></p>
      <form onSubmit={onSubmit}>
        <label htmlFor={`${id}typed`}>Type the user ID to confirm</label>
        <input id={`${id}typed`} value={typed} onChange={(event) => { setTyped(event.target.value); }} autoComplete="off" spellCheck={false} autoFocus />
        <label htmlFor={`${id}reason`}>Why?</label>
        <input id={`${id}reason`} name="reason" required maxLength={1_000} autoComplete="off" />
        {erase.error === null ? null : <Problem error={erase.error} />}
        <div className="dialog-actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="danger" disabled={typed !== userId || erase.isPending}>{erase.isPending ? 'Erasing…' : 'Erase for good'}</button>
        </div>
      </form>
    </Dialog>
  );
};
