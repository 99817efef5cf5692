import { maxActorIdBytes, maxNameBytes, maxRequestKeyBytes } from '@account-data/domain';
import type { CommandError, ErasureError } from '@account-data/engine';
import type { ModuleHostError } from '@account-data/modules';
import type { HistoryError, RebuildError } from '@account-data/projection';

/** What the table of problems says of a code. @category model */
export interface ProblemKind {
  readonly status: number;
  /** The same for every problem with this code (RFC 9457). */
  readonly title: string;
  /** What a client can do about it. */
  readonly advice: string;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

/** Problems that the HTTP service itself finds. */
const serviceProblems = {
  invalid_request: { status: 400, title: 'The request does not have the form it should have', advice: 'See `errors`: each names a place and what is expected there.' },
  not_json: { status: 400, title: 'The body is not JSON', advice: 'Send a JSON value in UTF-8.' },
  malformed_url: { status: 400, title: 'The URL is malformed', advice: 'Percent-encode UTF-8 in path and query.' },
  unsupported_transfer_coding: { status: 501, title: 'The Transfer-Encoding is not taken here', advice: 'Send the body with a Content-Length, or chunked and nothing else.' },
  unsupported_content_coding: { status: 415, title: 'The Content-Encoding is not taken here', advice: 'Send the body as it is.' },
  incomplete_body: { status: 400, title: 'The body did not arrive whole', advice: 'Send it again.' },
  request_timeout: { status: 408, title: 'The body did not arrive in time', advice: 'Send it again, faster or in smaller parts.' },
  not_found: { status: 404, title: 'Nothing is here', advice: 'See the OpenAPI document for the paths; an absent key is a 404, too.' },
  method_not_allowed: { status: 405, title: 'This path does not take this method', advice: 'The header `Allow` names those it takes.' },
  body_too_large: { status: 413, title: 'The body is too large', advice: 'Send fewer commands at a time.' },
  missing_token: { status: 401, title: 'No access token was sent', advice: 'Send it as `Authorization: Bearer …`. Tokens in the URL are not read.' },
  unknown_token: { status: 401, title: 'The access token is not known', advice: 'Get a valid one: this one has expired or never was.' },
  auth_unavailable: { status: 503, title: 'The token can\'t be checked now', advice: 'Try again: the key set or homeserver is out of reach.', retryAfter: 2 },
  forbidden: { status: 403, title: 'The token does not allow this', advice: 'Use a token of a role that may: the API documentation has the table.' },
  reason_required: { status: 403, title: 'It is not said why the data of others is looked at', advice: 'Send the reason in the header `Account-Data-Reason`, percent-encoded. It is kept in the access log.' },
  access_not_noted: { status: 503, title: 'It can\'t be noted who looks', advice: 'Nothing was answered: the data of others is shown once it is noted who looks. Try again.', retryAfter: 2 },
  rate_limited: { status: 429, title: 'Too many requests with this token', advice: 'Wait as long as `Retry-After` says.', retryAfter: 1 },
  too_many_streams: { status: 429, title: 'Too many streams are open', advice: 'Close some, or try again later.', retryAfter: 5 },
  overloaded: { status: 503, title: 'The server has too much to do', advice: 'Wait as long as `Retry-After` says.', retryAfter: 1 },
  not_ready: { status: 503, title: 'The server is starting', advice: 'It reads its log. Try again.', retryAfter: 2 },
  position_lost: { status: 409, title: 'The log lost the history of the position', advice: 'Begin anew: an older copy of the event log took its place, so that what was read up to that position may not be in it.' },
  other_log: { status: 409, title: 'The position belongs to another log', advice: 'Begin anew: this server has another event log than the one the position comes from.' },
  position_not_reached: { status: 503, title: 'The position asked for is not shown here yet', advice: 'Try again, or ask another server.', retryAfter: 1 },
  not_followed: { status: 404, title: 'No homeserver is followed here', advice: 'Configure `follow.synapse`, or ask the server that follows.' },
  import_refused: { status: 400, title: 'A line of the import can\'t be imported', advice: 'See `detail` for the line. What stands before it is imported; sending it again imports nothing twice.' },
  internal: { status: 500, title: 'Something failed in the server', advice: 'The server\'s log has the details under the request id.' },
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** Problems of the engine and of what it stands on, by what is asked of them. The types hold that none is missing. */
type Kinds<Code extends string> = Readonly<Record<Code, ProblemKind>>;

type StoreCode = Extract<CommandError['code'], HistoryError['code']>;
type AppendCode = Exclude<Extract<CommandError['code'], ErasureError['code']>, StoreCode>;
type QueryCode = Exclude<HistoryError['code'], StoreCode>;
type ModuleCode = Exclude<ModuleHostError['code'], ErasureError['code']>;

/** A refused item of a batch is told by its own code, with its index. */
const commandKinds: Kinds<Exclude<CommandError['code'], StoreCode | AppendCode | 'batch_item_refused'>> = {
  invalid_user_id: { status: 400, title: 'Not a Matrix user ID', advice: `Use \`@localpart:server.name\`, at most ${String(maxNameBytes)} bytes.` },
  invalid_room_id: { status: 400, title: 'Not a Matrix room ID', advice: `Use \`!opaque_id:server.name\` or \`!opaque_id\`, at most ${String(maxNameBytes)} bytes.` },
  invalid_type: { status: 400, title: 'Not an account data type', advice: `Use 1 to ${String(maxNameBytes)} bytes of UTF-8 without NUL.` },
  invalid_tag: { status: 400, title: 'Not a tag', advice: `Use 1 to ${String(maxNameBytes)} bytes of UTF-8 without NUL.` },
  invalid_revision: { status: 400, title: 'Not a revision', advice: 'Use a decimal string, `absent` or `present`.' },
  invalid_request_key: { status: 400, title: 'Not a request key', advice: `Use 1 to ${String(maxRequestKeyBytes)} bytes of UTF-8.` },
  invalid_reason: { status: 400, title: 'Not a reason', advice: 'Use 1 to 1,024 bytes of UTF-8.' },
  invalid_tag_order: { status: 400, title: 'The order of the tag is out of range', advice: 'Leave `order` out, or use a number from 0 to 1.' },
  ignoring_oneself: { status: 400, title: 'Users can\'t ignore themselves', advice: 'Leave the user out of `ignored_users`.' },
  invalid_actor: { status: 400, title: 'Not an actor', advice: `The name of the token has to be 1 to ${String(maxActorIdBytes)} bytes of UTF-8.` },
  invalid_batch: { status: 400, title: 'Not a batch', advice: 'See `detail`.' },
  nothing_to_restore: { status: 404, title: 'There is nothing to restore', advice: 'No change of this key has that revision: see its history.' },
  several_users: { status: 400, title: 'One batch, several users', advice: 'Send a batch for each user: atomic is what one user\'s stream can hold.' },
  invalid_content: { status: 400, title: 'The content is not a JSON object', advice: 'See `pointer` for the place.' },
  invalid_string: { status: 400, title: 'A string of the content is not well-formed Unicode', advice: 'Remove the lone surrogate at `pointer`.' },
  unsafe_number: { status: 400, title: 'A number of the content would be altered', advice: 'Send integers beyond 2^53-1 as strings; see `pointer`.' },
  content_too_deep: { status: 400, title: 'The content is nested too deeply', advice: 'Flatten it.' },
  content_too_large: { status: 413, title: 'The content is too large', advice: 'Split it over several types.' },
  protected_type: { status: 405, title: 'The server keeps this type itself', advice: 'Use the API that the type has (read markers, push rules, tags).' },
  revision_mismatch: { status: 412, title: 'The account data is not at the revision asked for', advice: '`current` has its revision and content, or is null: decide anew and try again.' },
  too_many_keys: { status: 413, title: 'The user has as many keys as allowed', advice: 'Delete some.' },
  too_much_data: { status: 413, title: 'The contents of the user take as many bytes as allowed', advice: 'Delete some, or make them smaller.' },
  request_key_reused: { status: 409, title: 'The request key was used for another request', advice: 'Use a new key for a new request.' },
  user_erased: { status: 410, title: 'The user was erased', advice: 'Erasure is final: nothing can be stored for this user ID any more.' },
  not_local_user: { status: 403, title: 'The user belongs to another server', advice: 'This service keeps the users of `server_name` only.' },
  user_followed: { status: 409, title: 'The user\'s data is changed at its homeserver', advice: 'Make the change there; it comes here by itself.' },
  homeserver_refused: { status: 502, title: 'The homeserver refused the change', advice: 'Nothing was changed. See `detail` for its answer.' },
  homeserver_unavailable: { status: 503, title: 'The homeserver can\'t be asked for the change now', advice: 'Nothing was changed. See `detail`; try again later.', retryAfter: 5 },
  homeserver_unconfirmed: { status: 504, title: 'It is not known here whether the homeserver made the change', advice: 'Read before it is sent again: what was made there comes here, as the homeserver\'s own.', retryAfter: 5 },
  causation_too_deep: { status: 409, title: 'Callbacks caused changes that caused callbacks, too often', advice: 'Break the circle that `detail` shows.' },
  too_much_contention: { status: 503, title: 'Others kept changing the same user', advice: 'Try again.', retryAfter: 1 },
  await_modules_inside_callback: { status: 409, title: 'A callback can\'t wait for modules', advice: 'Await `projected`.' },
  projection_stopped: { status: 503, title: 'The server can\'t show changes any more', advice: 'Nothing was changed. The operator has to look at /readyz; `await: appended` is still taken.', retryAfter: 30 },
  engine_closed: { status: 503, title: 'The server is stopping', advice: 'Try again, or ask another server.', retryAfter: 2 },
};

const appendKinds: Kinds<AppendCode> = {
  stream_tombstoned: { status: 410, title: 'The stream was deleted for good', advice: 'The user was erased.' },
  batch_too_large: { status: 413, title: 'The batch is too large for one append', advice: 'Split it.' },
  outcome_unknown: { status: 504, title: 'It is not known whether the change was stored', advice: 'Send it again with the same request key.', retryAfter: 2 },
};

const storeKinds: Kinds<StoreCode> = {
  store_unavailable: { status: 503, title: 'The event store is out of reach', advice: 'Nothing was changed. Try again.', retryAfter: 2 },
  store_access_denied: { status: 503, title: 'The event store does not let this server do that', advice: 'The operator has to check its account and access lists.', retryAfter: 30 },
  store_failed: { status: 503, title: 'The event store has failed', advice: 'The operator has to look at it: a full disk, for example.', retryAfter: 30 },
  store_damaged: { status: 503, title: 'A part of the event store is damaged', advice: 'The operator has to look at it: what is damaged is not served.', retryAfter: 30 },
  store_closed: { status: 503, title: 'The event store is closed', advice: 'The server is stopping. Try again, or ask another server.', retryAfter: 2 },
};

const queryKinds: Kinds<QueryCode> = {
  unreadable_event: { status: 500, title: 'The log holds an event that can\'t be read', advice: 'The operator has to look at it: see /v1/projection.' },
  invalid_query: { status: 400, title: 'The query can\'t be answered', advice: 'See `detail` and `pointer`.' },
  projection_damaged: { status: 503, title: 'What the answer needs is damaged', advice: 'Try again: it is being built anew from the log, and nothing wrong is served meanwhile.', retryAfter: 5 },
  projection_closed: { status: 503, title: 'The server is stopping', advice: 'Try again, or ask another server.', retryAfter: 2 },
};

const rebuildKinds: Kinds<Exclude<RebuildError['code'], StoreCode | QueryCode>> = {
  rebuild_aborted: { status: 409, title: 'The rebuild was stopped', advice: 'Start it again: it goes on where it was.' },
  rebuild_running: { status: 409, title: 'A rebuild is running', advice: 'See its progress at /v1/projection.' },
  rebuild_failed: { status: 500, title: 'The rebuild failed', advice: 'See `detail`; the live projection goes on as before.' },
};

const moduleKinds: Kinds<ModuleCode> = {
  unknown_module: { status: 404, title: 'No module of that name is configured', advice: 'See /v1/modules for those that are.' },
  not_module_owner: { status: 409, title: 'Another instance delivers to the modules', advice: 'Ask that one; /v1/modules names it.' },
  not_parked: { status: 404, title: 'No such delivery is parked', advice: 'See the list of parked deliveries.' },
  module_refusal: { status: 409, title: 'The module can\'t do that as things are', advice: 'See `detail`.' },
};

const erasureKinds: Kinds<Exclude<ErasureError['code'], StoreCode | AppendCode>> = {
  revision_conflict: { status: 503, title: 'Another instance wrote at the same time', advice: 'Try again.', retryAfter: 1 },
  erasure_incomplete: { status: 503, title: 'A part of the erasure failed', advice: 'It is recorded and final. It is tried again every minute and at the next start; ask for it again to know.', retryAfter: 5 },
};

/** The code of every problem that the service API answers. @category model */
export type ProblemCode =
  | keyof typeof serviceProblems
  | Exclude<CommandError['code'], 'batch_item_refused'>
  | HistoryError['code']
  | RebuildError['code']
  | ModuleHostError['code']
  | ErasureError['code'];

/**
 * Every problem of the service API by its stable code. ERRORS.md documents them; a test holds the two equal.
 *
 * @category constants
 */
export const problemTable: Readonly<Record<ProblemCode, ProblemKind>> = {
  ...serviceProblems,
  ...commandKinds,
  ...appendKinds,
  ...storeKinds,
  ...queryKinds,
  ...rebuildKinds,
  ...moduleKinds,
  ...erasureKinds,
};

const codesOf = (...tables: ReadonlyArray<Readonly<Partial<Record<ProblemCode, ProblemKind>>>>): ReadonlyArray<ProblemCode> =>
  tables.flatMap((table) => Object.keys(table) as ReadonlyArray<ProblemCode>);

/** What the engine answers, by what it is asked for. @category constants */
export const engineProblems = {
  change: codesOf(commandKinds, appendKinds, storeKinds),
  query: codesOf(queryKinds, storeKinds),
  rebuild: codesOf(rebuildKinds, queryKinds, storeKinds),
  modules: codesOf(moduleKinds, erasureKinds, appendKinds, storeKinds),
  erasure: codesOf(erasureKinds, appendKinds, storeKinds),
  store: codesOf(storeKinds),
} as const;
