import type { ReactNode } from 'react';
import { Dialog } from '../layout/Dialog.js';

interface Props {
  readonly what: string;
  readonly onClose: () => void;
  readonly onDrop: () => void;
}

/** Asks before parked deliveries are given up for good. */
export const DropDialog = ({ what, onClose, onDrop }: Props): ReactNode => (
  <Dialog title={`Drop ${what}?`} onClose={onClose}>
    <p>The module will never hear of it. The change itself stays in the log and in the user’s account data.</p>
    <div className="dialog-actions">
      <button type="button" autoFocus onClick={onClose}>Keep it</button>
      <button type="button" className="danger" onClick={onDrop}>Drop</button>
    </div>
  </Dialog>
);
