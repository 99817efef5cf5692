import { ProtobufReader } from './ProtobufReader.js';

/** An event as it comes over the wire; `data` and `metadata` are views of the answer's bytes. @category model */
export interface WireEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  /** 18446744073709551615 where a stream was read: it means nothing there. */
  readonly position: bigint;
  readonly type: string;
  /** Ticks of 100 ns since the Unix epoch, as decimal digits. */
  readonly created: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** What a Read call tells, as far as the store looks at it. @category model */
export type ReadAnswer =
  | { readonly _tag: 'Event'; readonly event: WireEvent }
  | { readonly _tag: 'Checkpoint'; readonly position: bigint }
  | { readonly _tag: 'Confirmed' }
  | { readonly _tag: 'StreamNotFound' }
  | { readonly _tag: 'CaughtUp' }
  | { readonly _tag: 'FellBehind' }
  /** Where streams begin and end, events that links no longer lead to, and what newer servers tell besides. */
  | { readonly _tag: 'Other' };

const confirmed: ReadAnswer = { _tag: 'Confirmed' };
const streamNotFound: ReadAnswer = { _tag: 'StreamNotFound' };
const caughtUp: ReadAnswer = { _tag: 'CaughtUp' };
const fellBehind: ReadAnswer = { _tag: 'FellBehind' };
const other: ReadAnswer = { _tag: 'Other' };

const noBytes = Buffer.alloc(0);

/** The text in the one field of a message that counts; undefined where it is not there. */
const textIn = (message: ProtobufReader, wanted: number): string | undefined => {
  let text: string | undefined;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === wanted) text = message.text();
    else message.skip();
  }
  return text;
};

const wireEvent = (message: ProtobufReader): WireEvent => {
  let id = '';
  let stream = '';
  let revision = 0n;
  let position = 0n;
  let type = '';
  let created = '';
  let data: Buffer = noBytes;
  let metadata: Buffer = noBytes;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    switch (field) {
      case 1:
        id = textIn(message.message(), 2) ?? '';
        break;
      case 2:
        stream = textIn(message.message(), 3) ?? '';
        break;
      case 3:
        revision = message.uint64();
        break;
      case 5:
        position = message.uint64();
        break;
      case 6: {
        const entry = message.message();
        let key = '';
        let value = '';
        for (let part = entry.nextField(); part !== 0; part = entry.nextField()) {
          if (part === 1) key = entry.text();
          else if (part === 2) value = entry.text();
          else entry.skip();
        }
        if (key === 'type') type = value;
        else if (key === 'created') created = value;
        break;
      }
      case 7:
        metadata = message.bytes();
        break;
      case 8:
        data = message.bytes();
        break;
      default:
        message.skip();
    }
  }
  return { id, stream, revision, position, type, created, data, metadata };
};

const readEvent = (message: ProtobufReader): ReadAnswer => {
  let answer: ReadAnswer = other;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    // Its second field is the link that led to the event: nothing of ours resolves links.
    if (field === 1) answer = { _tag: 'Event', event: wireEvent(message.message()) };
    else message.skip();
  }
  return answer;
};

const checkpoint = (message: ProtobufReader): ReadAnswer => {
  let position = 0n;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    if (field === 1) position = message.uint64();
    else message.skip();
  }
  return { _tag: 'Checkpoint', position };
};

/**
 * Decodes `event_store.client.streams.ReadResp`. The generated code makes eight objects for each event, which costs more
 * than everything else the store does with it.
 *
 * @throws {RangeError} where the bytes are no such message
 * @category constructors
 */
export const decodeReadAnswer = (bytes: Buffer): ReadAnswer => {
  const message = new ProtobufReader(bytes);
  let answer: ReadAnswer = other;
  for (let field = message.nextField(); field !== 0; field = message.nextField()) {
    switch (field) {
      case 1:
        answer = readEvent(message.message());
        break;
      case 2:
        message.skip();
        answer = confirmed;
        break;
      case 3:
        answer = checkpoint(message.message());
        break;
      case 4:
        message.skip();
        answer = streamNotFound;
        break;
      case 8:
        message.skip();
        answer = caughtUp;
        break;
      case 9:
        message.skip();
        answer = fellBehind;
        break;
      default:
        message.skip();
        answer = other;
    }
  }
  return answer;
};
