import type { Look } from '../output/look.js';
import { printable } from '../output/printable.js';
import { tableText } from '../output/tableText.js';
import { figure } from './figures.js';
import type { TopView } from './TopView.js';

type Line = ReadonlyArray<string>;

/** Tables below each other, as people read them. @category destructors */
export const topText = (view: TopView, look: Look, columns: number | undefined): string => {
  const table = (headings: Line, rows: ReadonlyArray<Line>): string =>
    rows.length === 0 ? '' : `\n${tableText(headings.map((heading) => look.paint('strong', heading)), rows, columns)}`;
  const { projection, store, follow } = view;
  const span = view.seconds === undefined ? 'The server keeps its metrics back: rates are not known.' : `Rates ${view.sinceStart ? 'since the start of the server' : `of ${figure.seconds(view.seconds)}`}`;
  return [
    `${look.isTerminal ? '' : `${new Date(view.time).toISOString()}  `}${span}, up ${figure.duration(view.uptime)}\n`,
    `Changes ${figure.rate(view.changes)}/s  In flight ${figure.count(view.inFlight)}  Long polls ${figure.count(view.longPolls)}  Feeds ${figure.count(view.feeds)}  ` +
      `Processor ${figure.percent(view.processors)}  Memory ${figure.bytes(view.memoryBytes)}\n`,
    table(
      ['REQUESTS', 'OK/S', 'REFUSED/S', 'FAILED/S', 'P50', 'P99'],
      view.requests.map(({ kind, ok, refused, failed, p50, p99 }) => [kind, figure.rate(ok), figure.rate(refused), figure.rate(failed), figure.milliseconds(p50), figure.milliseconds(p99)]),
    ),
    table(
      ['MODULE', 'STATE', 'LAG', 'OLDEST', 'DELIVERED/S', 'FAILED/S', 'PARKED'],
      view.modules.map(({ name, state, lagEvents, lagSeconds, deliveries, failures, parked }) => [
        printable(name), state, figure.count(lagEvents), figure.seconds(lagSeconds), figure.rate(deliveries), figure.rate(failures), figure.count(parked),
      ]),
    ),
    table(
      ['PROJECTION', 'POSITION', 'DELAY', 'UNWRITTEN', 'QUARANTINED'],
      [[printable(projection.state), projection.position, figure.milliseconds(projection.delayMs), figure.count(projection.unwrittenEvents), figure.count(projection.quarantined)]],
    ),
    table(['LOG', 'PROJECTION', 'FREE'], [[figure.bytes(store.logBytes), figure.bytes(store.projectionBytes), figure.bytes(store.freeBytes)]]),
    table(['FOLLOWED', 'PHASE', 'BEHIND', 'PARKED'], follow === undefined ? [] : [[printable(follow.serverName), follow.phase, figure.bytes(follow.behindBytes), figure.count(follow.parked)]]),
  ].join('');
};
