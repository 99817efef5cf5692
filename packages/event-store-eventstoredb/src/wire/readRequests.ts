import type { ReadFrom, Revision, StreamPrefixes } from '@account-data/event-store';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

/** How many events a node looks at before it answers, where few match; and between two checkpoints. */
const searchWindow = 1_000;

const empty = (): InstanceType<typeof shared.Empty> => new shared.Empty();

const baseOptions = (): ReadReq.Options => {
  const uuids = new streams.ReadReq.Options.UUIDOption();
  uuids.setString(empty());
  const options = new streams.ReadReq.Options();
  options.setUuidOption(uuids);
  options.setResolveLinks(false);
  return options;
};

const requestOf = (options: ReadReq.Options): ReadReq => {
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
};

const allOptions = (from: ReadFrom | 'end'): ReadReq.Options.AllOptions => {
  const all = new streams.ReadReq.Options.AllOptions();
  if (from === 'start') all.setStart(empty());
  else if (from === 'end') all.setEnd(empty());
  else {
    // An event of ours is written with its commit: both of its positions are the same.
    const position = new streams.ReadReq.Options.Position();
    position.setCommitPosition(from);
    position.setPreparePosition(from);
    all.setPosition(position);
  }
  return all;
};

/** By stream prefix; without prefixes everything but the system's streams; with an empty list nothing at all. */
const filterOf = (prefixes: StreamPrefixes | undefined): ReadReq.Options.FilterOptions => {
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  if (prefixes !== undefined && prefixes.length > 0) expression.setPrefixList([...prefixes]);
  else expression.setRegex(prefixes === undefined ? '^[^$]' : '^$');
  const filter = new streams.ReadReq.Options.FilterOptions();
  filter.setStreamIdentifier(expression);
  filter.setMax(searchWindow);
  filter.setCheckpointintervalmultiplier(1);
  return filter;
};

/** A stream's name as the protocol has it. @category constructors */
export const streamIdentifier = (stream: string): InstanceType<typeof shared.StreamIdentifier> => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  return identifier;
};

/** Reads at most `count` events of a stream, from a revision (inclusive) or from its start or end. @category constructors */
export const readStreamRequest = (stream: string, from: Revision | undefined, backwards: boolean, count: number): ReadReq => {
  const place = new streams.ReadReq.Options.StreamOptions();
  place.setStreamIdentifier(streamIdentifier(stream));
  if (from !== undefined) place.setRevision(from);
  else if (backwards) place.setEnd(empty());
  else place.setStart(empty());
  const options = baseOptions();
  options.setStream(place);
  options.setReadDirection(backwards ? streams.ReadReq.Options.ReadDirection.BACKWARDS : streams.ReadReq.Options.ReadDirection.FORWARDS);
  options.setCount(String(count));
  options.setNoFilter(empty());
  return requestOf(options);
};

/** Reads so many events back from a position (exclusive), foreign and system events included; the last ones of all from `end`. @category constructors */
export const lastEventsRequest = (before: ReadFrom | 'end', count: number): ReadReq => {
  const options = baseOptions();
  options.setAll(allOptions(before));
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.BACKWARDS);
  options.setCount(String(count));
  options.setNoFilter(empty());
  return requestOf(options);
};

/** Reads at most `count` events that match, from a position (inclusive). @category constructors */
export const readLogRequest = (from: ReadFrom, prefixes: StreamPrefixes | undefined, count: number): ReadReq => {
  const options = baseOptions();
  options.setAll(allOptions(from));
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS);
  options.setCount(String(count));
  options.setFilter(filterOf(prefixes));
  return requestOf(options);
};

/** Subscribes to what matches after a position (exclusive), with a checkpoint every 1,000 events looked at. @category constructors */
export const subscribeRequest = (after: ReadFrom, prefixes: StreamPrefixes | undefined): ReadReq => {
  const options = baseOptions();
  options.setAll(allOptions(after));
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setFilter(filterOf(prefixes));
  return requestOf(options);
};
