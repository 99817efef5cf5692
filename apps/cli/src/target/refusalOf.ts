import { ClientError } from '@account-data/client/errors';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';

const adviceByStatus: Readonly<Record<number, string>> = {
  401: 'Give a token that the server knows, with ACCOUNT_DATA_TOKEN or --token. `account-data token create` makes one.',
  403: 'Give a token that may, with ACCOUNT_DATA_TOKEN or --token. `account-data token create --role ROLE` makes one.',
  429: 'Try again later: the server limits the rate.',
  503: 'Try again: the server is busy, or not ready yet.',
};

/** What to do about an error, by its code, which knows more than its status; undefined where the message says it. */
const adviceByCode: Readonly<Record<string, string | undefined>> = {
  store_failed: undefined,
  access_not_noted: 'Try again. If it stays so, the log of the server tells why; its disk may be full.',
  revision_mismatch: 'Look at what is there, decide anew, and name the revision you saw with --if-revision.',
  not_local_user: 'Change users of the configured server_name only, or change the configuration.',
  user_followed: 'Make the change at the homeserver; it comes here by itself.',
  request_key_reused: 'Use a new --request-key for a new request.',
  outcome_unknown: 'Look at the history to see whether it happened. With --request-key it is safe to try again.',
  store_unavailable: 'Try again when the store can be reached.',
  store_access_denied: 'Give this account the right to read and append, or use another one.',
  too_much_contention: 'Try again.',
  needs_server: 'Start a server on the folder, with account-data serve, or name one: --url http://127.0.0.1:8090.',
  feed_failed: 'Try again.',
  subscription_failed: 'Try again.',
};

/** Within the request: the command's one change is the first of its batch. */
const pathOf = (path: string): string => path.replace(/^\/(?:path|query|body)(?=\/)/, '').replace(/^\/commands\/0(?=\/)/, '');

/** Each place in the request where something else was expected. */
const faultsOf = ({ problem }: ClientError): ReadonlyArray<string> =>
  (problem?.errors ?? []).map(({ path, message }) => `At ${pathOf(path)}: ${message}.`);

/** Only a place in the content is said: whatever else a command is given, the message names itself. */
const placeOf = ({ problem, faults }: ClientError): string => {
  const path = pathOf(problem === undefined ? (faults[0]?.path ?? '') : (problem.pointer ?? ''));
  return path.startsWith('/content/') ? `At ${path}: ` : '';
};

const ofProblem = (error: ClientError): Refusal => {
  const said = [error.detail ?? `${error.problem?.title ?? error.message}.`, ...faultsOf(error)].join(' ');
  const advice = error.code in adviceByCode || error.problem === undefined ? adviceByCode[error.code] : adviceByStatus[error.problem.status];
  const message = printable(`${placeOf(error)}${said}`);
  return error.code === 'usage' ? usageError(message) : refusal(printable(error.code), message, advice);
};

/** What a target answered, as a refusal. `origin` is the server's; absent where there is none. @category constructors */
const refusalOf =
  (origin: string | undefined) =>
  (error: ClientError): Refusal => {
    switch (error._tag) {
      case 'Problem':
      case 'ContentMismatch':
        return ofProblem(error);
      case 'Aborted':
        return refusal('interrupted', 'Interrupted. Whether the server did it is not known.');
      case 'NetworkFailure':
      case 'TimedOut':
        return refusal('server_unreachable', `No answer from ${origin ?? 'the server'}.`, 'Is the server running, and is this its address? It is that of --url, else of ACCOUNT_DATA_PORT, else of the configuration.');
      case 'UnexpectedAnswer':
        return error.status === undefined || error.status < 400
          ? refusal(error.code, `The server sent an answer that this command does not understand: ${printable(error.message)}`, 'Is --url an account data server of the same version?')
          : refusal(error.code, `The server answered ${String(error.status)}.`, adviceByStatus[error.status] ?? 'Is --url an account data server?');
    }
  };

/** Work on a target; what it answered is told as refusals are. @category combinators */
export const refused = <A>(work: TE.TaskEither<ClientError | Refusal, A>, origin: string | undefined): TE.TaskEither<Refusal, A> =>
  TE.mapLeft((error: ClientError | Refusal) => (error instanceof ClientError ? refusalOf(origin)(error) : error))(work);
