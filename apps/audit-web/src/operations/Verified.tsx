import type { VerifyResult } from '@account-data/client';
import type { ReactNode } from 'react';
import { counted } from '../text/amounts.js';
import { shown } from '../text/shown.js';
import { Table } from './Table.js';

const words = { missing: 'The projection lacks it', unexpected: 'The log does not say it', different: 'It holds something else' } as const;

/** What the comparison of the projection with a fresh replay came to. */
export const Verified = ({ result: { equal, records, events, differences, differenceCount } }: { readonly result: VerifyResult }): ReactNode => {
  const compared = `${counted(records, 'record')} of ${counted(events, 'event')} compared`;
  if (equal) return <p><b>Equal</b>: the projection is what a fresh replay of the log gives. {compared}.</p>;
  return (
    <>
      <p className="fault"><b>{counted(differenceCount, 'difference')}</b>, {compared}. Rebuild it, then verify it again.</p>
      <Table
        label="Differences"
        head={['Table', 'Record', 'What differs']}
        rows={differences.map(({ table, key, kind }) => ({ key: `${table} ${key}`, cells: [table, <code key="key">{shown(key.replaceAll('\0', ' '))}</code>, words[kind]] }))}
      />
    </>
  );
};
