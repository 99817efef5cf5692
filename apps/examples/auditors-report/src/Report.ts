import type { HistoryEntry } from '@account-data/client';

/** What a month came to. */
export interface Report {
  readonly changes: number;
  readonly users: ReadonlySet<string>;
  /** Of one kind and name each: how many changes they made. */
  readonly byActor: ReadonlyMap<string, number>;
  readonly byType: ReadonlyMap<string, Counted>;
  /** Changes of somebody's data by somebody else, which is what an auditor reads one by one. */
  readonly byOthers: ReadonlyArray<HistoryEntry>;
}

interface Counted {
  readonly set: number;
  readonly deleted: number;
}

export const emptyReport: Report = { changes: 0, users: new Set(), byActor: new Map(), byType: new Map(), byOthers: [] };

/** The report with one more change. */
export const withChange = (report: Report, entry: HistoryEntry): Report => {
  const actor = `${entry.actor.kind} ${entry.actor.id}`;
  const counted = report.byType.get(entry.type) ?? { set: 0, deleted: 0 };
  const isDeletion = Object.keys(entry.content).length === 0;
  return {
    changes: report.changes + 1,
    users: new Set([...report.users, entry.userId]),
    byActor: new Map([...report.byActor, [actor, (report.byActor.get(actor) ?? 0) + 1]]),
    byType: new Map([...report.byType, [entry.type, isDeletion ? { ...counted, deleted: counted.deleted + 1 } : { ...counted, set: counted.set + 1 }]]),
    byOthers: entry.actor.id === entry.userId ? report.byOthers : [...report.byOthers, entry],
  };
};
