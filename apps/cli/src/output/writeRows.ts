import type { World } from '../World.js';
import { jsonLine } from './jsonLine.js';
import { type Look, lookOf } from './look.js';
import { printable, printableJson } from './printable.js';

/** How results are written; absent: as text for people. @category model */
export const outputFormats = ['table', 'wide', 'json', 'ndjson', 'yaml'] as const;

/** The options of a command that say how its results are written. @category model */
export interface OutputOptions {
  /** The same as `ndjson`. */
  readonly json?: true | undefined;
  readonly output?: (typeof outputFormats)[number] | undefined;
  /** Which members a table shows, or the other formats leave. */
  readonly columns?: ReadonlyArray<string> | undefined;
}

/** What a result looks like. @category model */
export interface RowForm<A> {
  /** Its members, as programs are promised them. */
  readonly json: (item: A) => Readonly<Record<string, unknown>>;
  /** For people; with the end of its last line. */
  readonly text: (item: A, look: Look) => string;
  /** Members that a table shows. */
  readonly columns: ReadonlyArray<string>;
}

type Row = Readonly<Record<string, unknown>>;

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);

const cellText = (value: unknown, look: Look): string => {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return printableJson(value);
  return isTime(value) ? look.time(Date.parse(value)) : printable(value);
};

const picked = (row: Row, columns: ReadonlyArray<string> | undefined): Row =>
  columns === undefined ? row : Object.fromEntries(columns.map((name) => [name, row[name]]));

const writeTable = async (world: World, look: Look, rows: ReadonlyArray<Row>, columns: ReadonlyArray<string>): Promise<void> => {
  if (rows.length === 0) return;
  const { tableText } = await import('./tableText.js');
  const cells = rows.map((row) => columns.map((name) => cellText(row[name], look)));
  const headings = columns.map((name) => look.paint('strong', name.toUpperCase().replaceAll('_', ' ')));
  await world.write(tableText(headings, cells, world.terminal?.columns));
};

/** In the order in which the rows have them first. */
const membersOf = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => [...new Set(rows.flatMap(Object.keys))];

/** Whether results are written as text, so that what else there is to say may stand beside them. */
export const isText = ({ json, output, columns }: OutputOptions): boolean => json !== true && output === undefined && columns === undefined;

/**
 * Writes results in the format that is asked for: JSON, YAML and text as they come. Where there are none, a person is told so
 * on standard error, in the sentence given; a program sees it. Undefined: there is always one, or somebody else tells.
 */
export const writeRows = async <A>(
  world: World,
  options: OutputOptions,
  form: RowForm<A>,
  items: Iterable<A> | AsyncIterable<A>,
  none: string | undefined,
): Promise<void> => {
  const look = lookOf(world);
  const { columns } = options;
  const output = options.output ?? (options.json === true ? 'ndjson' : columns === undefined ? undefined : 'table');
  const kept: Array<Row> = [];
  const yaml = output === 'yaml' ? await import('yaml') : undefined;
  let count = 0;
  if (output === 'json') await world.write('[');
  for await (const item of items) {
    const row = output === undefined ? {} : picked(form.json(item), columns);
    if (output === undefined) await world.write(form.text(item, look));
    else if (output === 'ndjson') await world.write(jsonLine(row));
    else if (output === 'json') await world.write(`${count === 0 ? '\n' : ',\n'}  ${jsonLine(row).trimEnd()}`);
    else if (output === 'yaml') await world.write(printableLines(`${count === 0 ? '' : '---\n'}${yaml?.stringify(row) ?? ''}`));
    else kept.push(row);
    count += 1;
  }
  if (output === 'json') await world.write(count === 0 ? ']\n' : '\n]\n');
  if (output === 'table') await writeTable(world, look, kept, columns ?? form.columns);
  if (output === 'wide') await writeTable(world, look, kept, columns ?? membersOf(kept));
  if (count === 0 && none !== undefined && isText(options)) world.writeError(`account-data: ${none}\n`);
};

/** Writes the one result of a command in the format that is asked for. */
export const writeOne = async <A>(world: World, options: OutputOptions, form: RowForm<A>, item: A): Promise<void> => {
  if (options.output === 'json') await world.write(printableLines(`${JSON.stringify(picked(form.json(item), options.columns), null, 2)}\n`));
  else await writeRows(world, options, form, [item], undefined);
};

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
