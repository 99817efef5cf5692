import { pythonJson } from '@account-data/module-audit-room';
import type { Json } from '@account-data/domain';
import { isAfter, plus, type RecordedEvent, Revision, revisionAfter } from '@account-data/event-store';
import { type Attempt, attemptIn } from './Attempt.js';
import type { Report } from './Report.js';

/** What an event of account data or tags holds, as this simulation wrote it. */
interface Told {
  readonly userId: string;
  readonly roomId: string | null;
  readonly type?: string;
  readonly tag?: string;
  readonly content?: unknown;
}

const dataOf = (event: RecordedEvent): Told => event.data as Partial<Told> as Told;
const isData = (event: RecordedEvent): boolean => event.type === 'AccountDataUpdated';
const streamOf = ({ wish }: Attempt): string =>
  `${wish._tag === 'Data' ? 'account_data' : 'account_data_tags'}-${wish.userId}`;
const isEmpty = (content: unknown): boolean => Object.keys(content as object).length === 0;

/** Streams have no gaps, and nothing stands in them that nobody asked for. */
const streamsAreWhole = ({ log, attempts }: Report): ReadonlyArray<string> => {
  const heads = new Map<string, Revision>();
  return log.flatMap((event) => {
    const expected = revisionAfter(heads.get(event.stream) ?? 'no-stream');
    heads.set(event.stream, event.revision);
    const attempt = attemptIn((event.metadata as { readonly reason?: string }).reason);
    return [
      ...(event.revision === expected ? [] : [`${event.stream} has revision ${event.revision} where ${expected} is due`]),
      ...(attempt !== undefined && attempts.some(({ wish }) => wish.attempt === attempt) ? [] : [`${event.id} has no attempt`]),
    ];
  });
};

const eventsOf = (log: ReadonlyArray<RecordedEvent>, attempt: number): ReadonlyArray<RecordedEvent> =>
  log.filter((event) => attemptIn((event.metadata as { readonly reason?: string }).reason) === attempt);

/** What was accepted stands in the log once and whole, where the answer said; what was refused does not. */
const answersAreTrue = ({ log, attempts }: Report): ReadonlyArray<string> => {
  const byAttempt = new Map<number, Array<Attempt>>();
  for (const attempt of attempts) {
    byAttempt.set(attempt.wish.attempt, [...(byAttempt.get(attempt.wish.attempt) ?? []), attempt]);
  }
  return [...byAttempt].flatMap(([number, tries]) => {
    const [first] = tries;
    if (first === undefined) return [];
    const found = eventsOf(log, number);
    const whole = first.wish._tag === 'Data' ? first.wish.items.length : 1;
    const revisions = found.map(({ revision }) => revision);
    const complaints: Array<string> = [];
    if (found.length !== 0 && found.length !== whole) complaints.push(`${found.length} of ${whole} events are in the log`);
    if (found.some(({ stream }) => stream !== streamOf(first))) complaints.push('it stands in another stream');
    if (revisions.some((revision, index) => revision !== plus(revisions[0] ?? Revision(0), index))) {
      complaints.push('its events do not stand side by side');
    }
    for (const { outcome } of tries) {
      if (outcome._tag === 'Accepted' && outcome.revisions.join() !== revisions.join()) {
        complaints.push(`accepted at ${outcome.revisions.join()}, but in the log at ${revisions.join()}`);
      }
    }
    if (tries.every(({ outcome }) => outcome._tag === 'Refused') && found.length > 0) complaints.push('refused, but in the log');
    return complaints.map((complaint) => `attempt ${number}: ${complaint}`);
  });
};

/** What a client was told before it asked for something else of the same user stands before it. */
const orderIsKept = ({ attempts }: Report): ReadonlyArray<string> =>
  attempts.flatMap((later) =>
    attempts.flatMap((earlier) => {
      if (earlier.answered === undefined || earlier.answered > later.submitted) return [];
      if (streamOf(earlier) !== streamOf(later)) return [];
      if (earlier.outcome._tag !== 'Accepted' || later.outcome._tag !== 'Accepted' || later.outcome.repeated) return [];
      const last = earlier.outcome.revisions.at(-1);
      return last === undefined || isAfter(later.outcome.revisions[0] ?? Revision(0), last)
        ? []
        : [`attempt ${later.wish.attempt} stands before attempt ${earlier.wish.attempt}, which was answered first`];
    }),
  );

/** What is shown is what the log folds to, by the plainest fold there is. */
const stateIsTheFold = ({ log, shown }: Report): ReadonlyArray<string> => {
  const data = new Map<string, unknown>();
  const tags = new Map<string, unknown>();
  for (const event of log) {
    const { userId, roomId, type, tag, content } = dataOf(event);
    if (isData(event)) {
      const key = JSON.stringify([userId, roomId, type]);
      if (isEmpty(content)) data.delete(key);
      else data.set(key, content);
    } else {
      const key = JSON.stringify([userId, roomId, tag]);
      if (event.type === 'RoomTagRemoved') tags.delete(key);
      else tags.set(key, content);
    }
  }
  return [
    ...differences('account data', data, shown.data),
    ...differences('tags', tags, shown.tags),
  ];
};

const differences = (
  what: string,
  expected: ReadonlyMap<string, unknown>,
  found: ReadonlyMap<string, unknown>,
): ReadonlyArray<string> =>
  [...new Set([...expected.keys(), ...found.keys()])].flatMap((key) => {
    const wanted = JSON.stringify(expected.get(key));
    const shown = JSON.stringify(found.get(key));
    return wanted === shown ? [] : [`${what} ${key}: shown ${shown}, but the log says ${wanted}`];
  });

const textOf = (event: RecordedEvent): string => {
  const { userId, roomId, type, content } = dataOf(event);
  const room = roomId === null ? '' : ` (in room ${roomId})`;
  return `${userId} has changed their account data for type ${String(type)} to: ${pythonJson(content as Json)}${room}`;
};

/** The audit room has one announcement of each change, those of a user in order, and none of a tag. */
const roomTellsAll = ({ log, room }: Report): ReadonlyArray<string> => {
  const expected = log.filter(isData);
  const users = new Set(expected.map((event) => dataOf(event).userId));
  const foreign = room.filter((text) => ![...users].some((userId) => text.startsWith(`${userId} `)));
  return [
    ...foreign.map((text) => `the audit room tells of nobody known: ${text}`),
    ...[...users].flatMap((userId) => {
      const wanted = expected.filter((event) => dataOf(event).userId === userId).map(textOf);
      const told = room.filter((text) => text.startsWith(`${userId} `));
      const at = wanted.findIndex((text, index) => told[index] !== text);
      if (at >= 0) return [`the audit room tells ${told[at] ?? 'nothing'} where it should tell ${wanted[at] ?? ''}`];
      return told.length === wanted.length ? [] : [`the audit room tells ${told.length} times of ${wanted.length} changes of ${userId}`];
    }),
  ];
};

/** Every change was delivered; a user's in order, in each process without a repetition. */
const deliveriesAreOrdered = ({ log, deliveries }: Report): ReadonlyArray<string> => {
  const complaints: Array<string> = [];
  const delivered = new Map(deliveries.map((delivery) => [delivery.eventId, delivery]));
  for (const event of log.filter(isData)) {
    const delivery = delivered.get(event.id);
    const { userId, roomId, type, content } = dataOf(event);
    if (delivery === undefined) complaints.push(`${event.id} was never delivered`);
    else if (
      JSON.stringify([delivery.userId, delivery.roomId, delivery.type, delivery.content, String(delivery.revision)]) !==
      JSON.stringify([userId, roomId, type, content, String(event.revision)])
    ) {
      complaints.push(`${event.id} was delivered as something else`);
    }
  }
  const known = new Set(log.filter(isData).map(({ id }) => id));
  const last = new Map<string, Revision>();
  const first = new Map<string, Revision>();
  for (const { process, userId, revision, eventId } of deliveries) {
    if (!known.has(eventId)) complaints.push(`${eventId} was delivered and is no change of account data`);
    const partition = `${process} ${userId}`;
    const before = last.get(partition);
    if (before !== undefined && !isAfter(revision, before)) complaints.push(`process ${process} delivered ${userId} ${revision} too late`);
    last.set(partition, revision);
    const next = revisionAfter(first.get(userId) ?? 'no-stream');
    if (isAfter(revision, next)) complaints.push(`${userId} ${revision} was delivered before ${next}`);
    if (revision === next) first.set(userId, revision);
  }
  return complaints;
};

/** Everything that must hold of any run, as complaints. */
export const brokenInvariants = (report: Report): ReadonlyArray<string> => [
  ...(report.settled ? [] : ['modules had not handled everything']),
  ...report.unreadWrites,
  ...streamsAreWhole(report),
  ...answersAreTrue(report),
  ...orderIsKept(report),
  ...stateIsTheFold(report),
  ...roomTellsAll(report),
  ...deliveriesAreOrdered(report),
];
