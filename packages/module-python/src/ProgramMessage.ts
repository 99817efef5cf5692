import * as t from 'io-ts';

/** Null: outside of any delivery. */
const delivery = t.union([t.number, t.null]);

/** The listener is ready for deliveries. */
const Ready = t.strict({ type: t.literal('ready'), port: t.number });

/** The class has taken its config; the program was only asked for that, and ends. */
const Checked = t.strict({ type: t.literal('checked') });

/** The class or its config is wrong, and where. */
const Refused = t.strict({ type: t.literal('refused'), problem: t.string, path: t.array(t.string) });

/** The module asks for something. */
const Call = t.strict({ type: t.literal('call'), call: t.number, delivery, method: t.string, arguments: t.UnknownRecord });

/** A callback has raised; the answer to its delivery follows. */
const Failed = t.strict({ type: t.literal('failed'), delivery: t.number, error: t.string, message: t.string, place: t.string });

const Log = t.strict({
  type: t.literal('log'),
  delivery,
  level: t.union([t.literal('debug'), t.literal('info'), t.literal('warn'), t.literal('error')]),
  logger: t.string,
  message: t.string,
});

const Pong = t.strict({ type: t.literal('pong') });

/** A line that the Python program writes. @category model */
export const ProgramMessage = t.union([Ready, Checked, Refused, Call, Failed, Log, Pong]);

/** A line that the Python program writes. @category model */
export type ProgramMessage = t.TypeOf<typeof ProgramMessage>;

/** What the module asks for. @category model */
export type ProgramCall = t.TypeOf<typeof Call>;

/** What a callback raised. @category model */
export type ProgramFailure = t.TypeOf<typeof Failed>;

/** A line that the Python program is given after its settings. @category model */
export type HostMessage =
  | { readonly type: 'ping' }
  | { readonly type: 'answer'; readonly call: number; readonly result: unknown }
  | {
      readonly type: 'answer';
      readonly call: number;
      /** `identifier` and `value` are ValueErrors of kinds that Synapse tells apart. */
      readonly error: { readonly kind: 'identifier' | 'value' | 'type' | 'other'; readonly message: string };
    };
