import type { AccountDataClient, ClientError } from '@account-data/client';
import type { Role } from '@account-data/server';
import type * as T from 'fp-ts/lib/Task.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../Refusal.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';

/** Where a data folder is looked for. @category model */
export interface FolderOptions {
  readonly dir?: string | undefined;
  readonly config?: string | undefined;
}

/** What a command works on. @category model */
export interface TargetOptions extends FolderOptions {
  /** A server that was logged in to. */
  readonly context?: string | undefined;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

/** A server that was logged in to, by a name. @category model */
export interface Context {
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

/** All of them, and which one is worked on where nothing else is named. @category model */
export interface Contexts {
  readonly current?: string;
  readonly contexts: ReadonlyArray<Context>;
}

/** A token that is to be made, and for whom. @category model */
export interface TokenRequest extends FolderOptions {
  readonly role: Role;
  readonly user?: string | undefined;
  readonly name?: string | undefined;
}

/** A token that was made. It is shown once. @category model */
export interface NewToken {
  readonly token: string;
  /** Its digest, in hexadecimal. */
  readonly sha256: string;
  /** The data folder that knows it now; absent where there is none yet. */
  readonly savedIn?: string;
}

/** A token that a server knows, without the token itself. @category model */
export interface KnownToken {
  /** Its digest, in hexadecimal. */
  readonly sha256: string;
  readonly role: Role;
  readonly userId?: string;
  readonly name?: string;
  /** Where it is written down. */
  readonly keptIn: 'data folder' | 'configuration';
}

/** What a look at an installation found. `error`: it can't do its work; `warning`: it can, and somebody should know. @category model */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** The homeserver that is to be followed; what is absent is the configuration's. @category model */
export interface FollowOptions extends FolderOptions {
  readonly serverName?: string | undefined;
  readonly postgres?: string | undefined;
  readonly sqlite?: string | undefined;
  readonly slot?: string | undefined;
  readonly publication?: string | undefined;
  readonly excludeType?: ReadonlyArray<string> | undefined;
  /** Seconds from one look to the next, instead of replication. */
  readonly poll?: number | undefined;
}

/** What a look at a homeserver's database found, with the SQL that sets it right. @category model */
export interface FollowFinding extends Finding {
  readonly statements: ReadonlyArray<string>;
}

/** A log goes on after `end`, though it had acknowledged changes up to `acknowledged`. @category model */
export interface AcceptedLoss {
  readonly end: number;
  readonly acknowledged: number;
}

/** A log that was compacted: sizes of its file in bytes. @category model */
export interface CompactedLog {
  readonly entriesRemoved: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** What a look at all of a log found. @category model */
export interface LogScrub {
  /** The last position that was looked at. */
  readonly end: number;
  /** What is not what was written; `from` and `to` (inclusive) are the positions that may be lost, absent of the index. */
  readonly damage: ReadonlyArray<{ readonly message: string; readonly from?: number; readonly to?: number }>;
  /** How many users of a list of erasures were still in the log, and are erased again. Absent where none was given. */
  readonly erased?: number;
}

/** A copy of a log, up to its last position. @category model */
export interface LogCopy {
  readonly end: number;
}

/** A backup that was put back, and how many users were erased again since they are on the list of erasures. @category model */
export interface RestoredLog extends LogCopy {
  readonly erased: number;
}

/** What is left of a damaged log up to its last position, and what is lost (positions and revisions inclusive). @category model */
export interface SalvagedLog extends LogCopy {
  readonly entries: number;
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** Whose it was, as far as that is known; `userId` where the stream is one of a user. */
  readonly revisions: ReadonlyArray<{ readonly stream: string; readonly userId?: string; readonly from: number; readonly to: number }>;
}

/**
 * What work needs of a server, which is done on a data folder without one: `index`, to read what only a server's index finds, and
 * `import`, which makes the folder where there is none. `modules` sets modules up, and calls them for an erasure alone. Only a
 * server that runs has `delivery` to modules, `follow`, that of a homeserver, and is `live`, so that there is something to watch.
 *
 * @category model
 */
export type ServerPart = 'index' | 'import' | 'modules' | 'delivery' | 'follow' | 'live';

/** What commands do their work with. @category model */
export interface Services {
  /** Opens what the options name, for reading (with an `index`, as of a server) or also for changing it, and closes it when the work is done. */
  readonly withTarget: <A>(
    options: TargetOptions,
    access: 'read' | 'change' | 'index',
    work: (target: Target) => TE.TaskEither<ClientError | Refusal, A>,
  ) => TE.TaskEither<Refusal, A>;
  /** The running server that the options name, or that of a data folder; where none runs, what the folder is good for alone. */
  readonly withServer: <A>(
    options: TargetOptions,
    part: ServerPart,
    work: (client: AccountDataClient) => TE.TaskEither<ClientError | Refusal, A>,
  ) => TE.TaskEither<Refusal, A>;
  /** Runs the service until the world is stopped, and gives the exit code. It says itself what goes wrong. */
  readonly serve: (options: { readonly config?: string | undefined; readonly check?: true | undefined }) => T.Task<number>;
  /** The same, with a homeserver that is followed. */
  readonly follow: (options: FollowOptions) => T.Task<number>;
  /** Looks whether that homeserver's database is prepared. */
  readonly checkFollow: (options: FollowOptions) => TE.TaskEither<Refusal, ReadonlyArray<FollowFinding>>;
  /** Looks at the log and the data folder that the options name, without changing them. */
  readonly diagnose: (options: FolderOptions) => TE.TaskEither<Refusal, ReadonlyArray<Finding>>;
  /** Lets a log go on that ends before what was acknowledged. */
  readonly acceptLoss: (options: FolderOptions) => TE.TaskEither<Refusal, AcceptedLoss>;
  /** Compacts a log that no server runs on; into format 1, which the version before this reads as well. */
  readonly compact: (options: FolderOptions & { readonly format: 1 | 2 }) => TE.TaskEither<Refusal, CompactedLog>;
  /** Looks at every block and every record of the log in a data folder; erases again first whom a list of erasures names, where one is given. */
  readonly scrub: (options: FolderOptions & { readonly erasures?: string | undefined }) => TE.TaskEither<Refusal, LogScrub>;
  /** Copies a data folder as it is at one moment, also beside its server. */
  readonly backUp: (options: FolderOptions & { readonly to: string }) => TE.TaskEither<Refusal, LogCopy>;
  /** Copies a backup into a data folder that is not there yet, and erases again whom the list of erasures names. */
  readonly putBack: (options: FolderOptions & { readonly from: string }) => TE.TaskEither<Refusal, RestoredLog>;
  /** Says what is left of a damaged log, and writes it into a data folder of its own, where one is given. */
  readonly salvage: (options: FolderOptions & { readonly to?: string | undefined }) => TE.TaskEither<Refusal, SalvagedLog>;
  readonly readContexts: () => TE.TaskEither<Refusal, Contexts>;
  readonly writeContexts: (contexts: Contexts) => TE.TaskEither<Refusal, void>;
  readonly makeToken: (request: TokenRequest) => TE.TaskEither<Refusal, NewToken>;
  /** The tokens that the server of a data folder knows by themselves: those of the folder and of the configuration. */
  readonly listTokens: (options: FolderOptions) => TE.TaskEither<Refusal, ReadonlyArray<KnownToken>>;
  /** Takes a token out of the data folder, by the beginning of its digest or by its name. */
  readonly revokeToken: (options: FolderOptions & { readonly which: string }) => TE.TaskEither<Refusal, KnownToken>;
}

/** What the definitions of the commands are given. @category model */
export interface Execution extends Services {
  readonly world: World;
  /** Does the work of the one command that the arguments name; its refusal is what the program ends with. */
  readonly execute: (work: TE.TaskEither<Refusal, void>, json: boolean) => Promise<void>;
  /** What the help of the program ends with. */
  readonly exitCodeHelp: string;
  /** What the program ends with, where the command says so itself. */
  readonly exitWith: (code: number) => void;
}
