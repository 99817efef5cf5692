import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { counted } from '../text/amounts.js';
import { exportPages } from '../timeline/readPage.js';
import type { TimelineFilter } from '../timeline/TimelineFilter.js';
import { type ExportFormat, csv, ndjson } from './exportedEntry.js';
import { fileNameOf, saveFile } from './saveFile.js';

/** Saves the changes that match what is shown, those that are not yet read, too. */
export const ExportMenu = ({ userId, filter }: { readonly userId: string | undefined; readonly filter: TimelineFilter }): ReactNode => {
  const { client } = useSession();
  const ended = useRef<AbortController>(undefined);
  const [read, setRead] = useState(0);
  const save = useMutation({
    mutationFn: async (format: ExportFormat) => {
      const controller = new AbortController();
      ended.current = controller;
      const parts = [format.head];
      let count = 0;
      setRead(0);
      for await (const entries of exportPages(client, userId, filter, controller.signal)) {
        parts.push(entries.map(format.lineOf).join(''));
        count += entries.length;
        setRead(count);
      }
      saveFile(`${userId === undefined ? 'changes' : `changes-of-${fileNameOf(userId)}`}.${format.extension}`, format.mediaType, parts);
      return count;
    },
  });
  return (
    <div className="export">
      {[csv, ndjson].map((format) => <button key={format.name} type="button" disabled={save.isPending} onClick={() => { save.mutate(format); }}>Save as {format.name}</button>)}
      {save.isPending ? <><span role="status" className="small">{counted(read, 'change')} read…</span><button type="button" onClick={() => { ended.current?.abort(); }}>Stop</button></> : null}
      {save.isSuccess ? <span role="status" className="small quiet">{counted(save.data, 'change')} saved</span> : null}
      {save.error === null ? null : <Problem error={save.error} />}
    </div>
  );
};
