import type { QuarantinedEvent } from '@account-data/client';
import type { ReactNode } from 'react';
import { shown } from '../text/shown.js';
import { Table } from './Table.js';

/** Events that could not be read, and why. */
export const Quarantine = ({ events }: { readonly events: ReadonlyArray<QuarantinedEvent> }): ReactNode => (
  <section className="card" aria-labelledby="quarantine">
    <h2 id="quarantine">In quarantine</h2>
    <p className="quiet small">Events of the log that this server can’t read. They are left out of what reads are answered from.</p>
    <Table
      label="Events in quarantine"
      head={['Position', 'Stream', 'Event', 'Where', 'Expected']}
      rows={events.map(({ position, stream, revision, eventType, path, expected }) => ({
        key: position,
        cells: [position, shown(`${stream} ${revision}`), shown(eventType), <code key="path">{shown(path)}</code>, shown(expected)],
      }))}
    />
  </section>
);
