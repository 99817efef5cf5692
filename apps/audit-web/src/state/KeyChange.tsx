import type { ReactNode } from 'react';
import { DiffView, type DiffViewProps } from '../json/DiffView.js';
import { shown } from '../text/shown.js';

interface Props extends Omit<DiffViewProps, 'label'> {
  readonly change: 'added' | 'changed' | 'removed';
  /** A type, or a tag. */
  readonly name: string;
  readonly roomId: string | null;
}

const classes = { added: 'set', changed: 'changed', removed: 'deleted' } as const;

/** What became of a key between two moments. */
export const KeyChange = ({ change, name, roomId, before, after }: Props): ReactNode => (
  <article className="key">
    <h3><span className={`act ${classes[change]}`}>{change}</span> {shown(name)} {roomId === null ? null : <span className="room">{shown(roomId)}</span>}</h3>
    <DiffView before={before} after={after} label={`What changed of ${shown(name)}`} />
  </article>
);
