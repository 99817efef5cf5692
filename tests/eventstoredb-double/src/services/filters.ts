import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from '../log/LogRecord.js';

export interface LogFilter {
  readonly matches: (record: LogRecord) => boolean;
  /** How many records a node looks at for one page. */
  readonly window: number;
  /** A checkpoint after so many records looked at. */
  readonly checkpointInterval: number;
}

const pageSize = 32;

const all: LogFilter = { matches: () => true, window: Number.MAX_SAFE_INTEGER, checkpointInterval: Number.MAX_SAFE_INTEGER };

const predicate = (expression: ReadReq.Options.FilterOptions.Expression): ((text: string) => boolean) => {
  const regex = expression.getRegex();
  if (regex !== '') {
    const compiled = new RegExp(regex, 'u');
    return (text) => compiled.test(text);
  }
  const prefixes = expression.getPrefixList();
  return (text) => prefixes.some((prefix) => text.startsWith(prefix));
};

export const filterOf = (options: ReadReq.Options): LogFilter => {
  const filter = options.getFilter();
  if (filter === undefined) return all;
  const byStream = filter.getStreamIdentifier();
  const byType = filter.getEventType();
  const expression = byStream ?? byType;
  const matches = expression === undefined ? () => true : predicate(expression);
  const window = filter.hasMax() ? filter.getMax() : pageSize;
  return {
    matches: byStream === undefined ? (record) => matches(record.type) : (record) => matches(record.stream),
    window,
    checkpointInterval: window * Math.max(1, filter.getCheckpointintervalmultiplier()),
  };
};
