import { JsonObjectCodec } from '@account-data/domain';
import type { DeliveryApi } from '@account-data/modules';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { HostMessage, ProgramCall } from './ProgramMessage.js';

/** Whose call it is. `requestKey` gives a key for each change that the delivery makes; undefined outside of one. @category model */
export interface Caller {
  readonly api: Pick<DeliveryApi, 'accountDataManager' | 'createAndSendEventIntoRoom'>;
  readonly requestKey: (() => string) | undefined;
}

type Method = (given: unknown, caller: Caller) => Promise<unknown>;

/** A method, and what it takes. */
const method =
  <A>(codec: t.Decoder<unknown, A>, run: (given: A, caller: Caller) => Promise<unknown>): Method =>
  async (given, caller) => {
    const decoded = codec.decode(given);
    if (E.isLeft(decoded)) throw new CallError('value', `It needs ${codec.name}.`);
    return run(decoded.right, caller);
  };

const GetGlobal = t.strict({ user_id: t.string, type: t.string }, 'a user ID and a type, both text');
const PutGlobal = t.strict({ user_id: t.string, type: t.string, content: JsonObjectCodec }, 'a user ID, a type and a JSON object');
const SendEvent = t.strict(
  { event: t.strict({ type: t.string, room_id: t.string, sender: t.string, content: JsonObjectCodec }) },
  'an event with type, room_id, sender and content',
);

const methods: ReadonlyMap<string, Method> = new Map([
  ['get_global', method(GetGlobal, ({ user_id, type }, { api }) => api.accountDataManager.getGlobal(user_id, type))],
  [
    'put_global',
    method(PutGlobal, async ({ user_id, type, content }, { api, requestKey }) => {
      await api.accountDataManager.putGlobal(user_id, type, content, requestKey === undefined ? {} : { requestKey: requestKey() });
      return null;
    }),
  ],
  [
    'create_and_send_event_into_room',
    method(SendEvent, async ({ event }, { api }) => ({ event_id: (await api.createAndSendEventIntoRoom(event)).eventId })),
  ],
]);

type Kind = 'identifier' | 'value' | 'type' | 'other';

class CallError extends Error {
  readonly kind: Kind;

  constructor(kind: Kind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Does what the module asks for, and makes the line that answers it. @category interpreters */
export const answerCall = async ({ call, method: name, arguments: given }: ProgramCall, caller: Caller): Promise<HostMessage> => {
  try {
    const run = methods.get(name);
    if (run === undefined) throw new CallError('other', `The host knows no method ${name}.`);
    return { type: 'answer', call, result: await run(given, caller) };
  } catch (error) {
    return { type: 'answer', call, error: { kind: kindOf(error), message: error instanceof Error ? error.message : 'It failed.' } };
  }
};

/** By the codes of the engine and the rooms: what is wrong with what was given, and everything else. */
const kindOf = (error: unknown): Kind => {
  if (error instanceof CallError) return error.kind;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'invalid_user_id') return 'identifier';
  return typeof code === 'string' && /^(invalid_|not_local_user|content_)/.test(code) ? 'value' : 'other';
};
