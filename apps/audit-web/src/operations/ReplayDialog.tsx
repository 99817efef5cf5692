import { Position, type ReplayRange } from '@account-data/client';
import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { Dialog } from '../layout/Dialog.js';
import { shown } from '../text/shown.js';
import { timeOfInput } from '../text/times.js';

interface Props {
  readonly name: string;
  readonly onClose: () => void;
  readonly onStart: (range: ReplayRange) => void;
}

/** From when, and up to which position, a module is to hear of everything again. */
export const ReplayDialog = ({ name, onClose, onStart }: Props): ReactNode => {
  const id = useId();
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => {
      const value = form.get(field);
      return typeof value === 'string' ? value.trim() : '';
    };
    const time = timeOfInput(text('from'));
    const to = text('to');
    onStart({ ...(time === undefined ? {} : { from: { time } }), ...(to === '' ? {} : { to: Position(to) }) });
  };
  return (
    <Dialog title={`Deliver to ${shown(name)} again?`} onClose={onClose}>
      <p>Its callbacks run again for every change of the range, and do again whatever they do outside. Its checkpoint stays where it is. The replay ends when this view is left.</p>
      <form onSubmit={onSubmit}>
        <label htmlFor={`${id}from`}>From <span className="quiet">(empty: from the first change on)</span></label>
        <input id={`${id}from`} name="from" type="datetime-local" step="1" autoFocus />
        <label htmlFor={`${id}to`}>Up to position <span className="quiet">(empty: the end of the log as it is now)</span></label>
        <input id={`${id}to`} name="to" inputMode="numeric" pattern="\d{1,19}" autoComplete="off" />
        <div className="dialog-actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="primary">Replay</button>
        </div>
      </form>
    </Dialog>
  );
};
