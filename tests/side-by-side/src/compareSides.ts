import { type Operation, userIdOf } from './Operation.js';
import { type Announced, answerOf, type Side } from './Side.js';
import { atOnce, deactivation, inOrder } from './operations.js';

/** Something that the two sides do differently: a row of the table in the README. @category model */
export interface Difference {
  readonly operation: string;
  readonly synapse: string;
  readonly ours: string;
}

/** What came of a whole script on one side. @category model */
export interface Outcome {
  /** By the operation's name: its answer, and `, announced` with what was said where it was announced. */
  readonly lines: ReadonlyMap<string, string>;
  /** Announcements that belong to no operation, or to an earlier one: there are none where the order is right. */
  readonly left: ReadonlyArray<string>;
}

type Done = readonly [operation: Operation, answer: string];

const runInOrder = async (side: Side, operations: ReadonlyArray<Operation>): Promise<ReadonlyArray<Done>> => {
  const done: Array<Done> = [];
  for (const operation of operations) done.push([operation, await answerOf(side, operation)]);
  return done;
};

const isOf = ({ user, type }: Operation, { body }: Announced): boolean =>
  type !== undefined && body.startsWith(`${userIdOf(user)} has changed their account data for type ${type} to: `);

/** Gives each operation the announcement that is next for its user, where that is about it. */
const attribute = (done: ReadonlyArray<Done>, announced: ReadonlyArray<Announced>, room: string): Outcome => {
  const lines = new Map<string, string>();
  const waiting = new Map<string, Array<Announced>>();
  for (const one of announced) {
    const [user = ''] = one.body.split(' ', 1);
    waiting.set(user, [...(waiting.get(user) ?? []), one]);
  }
  for (const [operation, answer] of done) {
    const next = waiting.get(userIdOf(operation.user))?.[0];
    const isAnnounced = next !== undefined && answer.startsWith('200') && isOf(operation, next);
    if (isAnnounced) waiting.get(userIdOf(operation.user))?.shift();
    lines.set(operation.name, isAnnounced ? `${answer}, announced by ${next.sender}: ${next.body.replaceAll(room, '{room}')}` : answer);
  }
  return { lines, left: [...waiting.values()].flat().map(({ body }) => body) };
};

/** Runs the script on one side. One outcome for each module that announces. @category interpreters */
export const runScript = async (side: Side): Promise<ReadonlyArray<Outcome>> => {
  const done = [...(await runInOrder(side, inOrder))];
  for (const some of await Promise.all(atOnce.map((operations) => runInOrder(side, operations)))) done.push(...some);
  done.push(...(await runInOrder(side, deactivation.before)));
  const announced = await side.announced();
  await side.deactivate('carol');
  done.push(...(await runInOrder(side, deactivation.after)));
  const afterwards = await side.announced();
  return announced.map((list, index) => {
    const outcome = attribute(done, list, side.room);
    const stands = (afterwards[index] ?? []).filter(({ body }) => body.startsWith(userIdOf('carol'))).length;
    return { ...outcome, lines: new Map([...outcome.lines, ['announcements of a user after the deactivation', String(stands)]]) };
  });
};

/** What differs, in the order of the script; only the part that differs, where both announce. @category interpreters */
export const differencesOf = (synapse: Outcome, ours: Outcome): ReadonlyArray<Difference> =>
  [...synapse.lines].flatMap(([operation, line]) => {
    const other = ours.lines.get(operation) ?? '';
    return line === other ? [] : [{ operation, synapse: told(line), ours: told(other) }];
  });

/** The text of an announcement from its content on, which is all that may differ. */
const told = (line: string): string => {
  const [answer = '', announcement] = line.split(', announced by ');
  const content = announcement?.split(' to: ').slice(1).join(' to: ');
  return content === undefined ? answer : `${answer}, announced ${content.length > 60 ? `${String(content.length)} characters` : content}`;
};

/** The rows of the table in a page: `| operation | Synapse | here | why |`. @category destructors */
export const differencesIn = (page: string): ReadonlyArray<Difference & { readonly why: string }> =>
  page.split('\n').flatMap((row) => {
    const [, operation, synapse, ours, why] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const plain = (cell: string): string => cell.replace(/^`+ ?| ?`+$/g, '').replaceAll('\\|', '|');
    if (operation === undefined || synapse === undefined || ours === undefined || why === undefined) return [];
    return operation === 'operation' || operation.startsWith('---') ? [] : [{ operation, synapse: plain(synapse), ours: plain(ours), why }];
  });
