import type { Report } from './Report.js';

/** The report in Markdown. It tells who changed which type, when and why, and no content. */
export const reportText = (month: string, report: Report): string =>
  [
    `# Account data in ${month}`,
    '',
    `${String(report.changes)} changes of ${String(report.users.size)} users.`,
    '',
    ...table(['type', 'set', 'deleted'], sorted(report.byType).map(([type, { set, deleted }]) => [type, set, deleted])),
    '',
    ...table(['who', 'changes'], sorted(report.byActor).map(([actor, changes]) => [actor, changes])),
    '',
    '## Changed by somebody else',
    '',
    ...table(
      ['when', 'whose', 'type', 'by', 'why'],
      report.byOthers.map(({ time, originalTime, userId, type, actor, reason }) => [new Date(originalTime ?? time).toISOString(), userId, type, `${actor.kind} ${actor.id}`, reason ?? '']),
    ),
    '',
  ].join('\n');

const sorted = <A>(counts: ReadonlyMap<string, A>): ReadonlyArray<readonly [string, A]> => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string | number>>): ReadonlyArray<string> => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
];

const row = (cells: ReadonlyArray<string | number>): string => `| ${cells.map(cell).join(' | ')} |`;

/** Types and reasons are anybody's words. */
const cell = (value: string | number): string => String(value).replaceAll(/[\\|<>]/g, '\\$&').replaceAll(/\s+/g, ' ');
