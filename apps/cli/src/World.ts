import type { Runtime, StrayListener } from '@account-data/runtime';

/** A text that a person changed. @category model */
export interface Edited {
  readonly text: string;
  /** Where it is kept until it is forgotten. */
  readonly file: string;
  readonly forget: () => Promise<void>;
}

/** A screen of its own on the terminal, for what changes in its place. @category model */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Takes the place of what was shown. */
  readonly draw: (text: string) => void;
  /** Called whenever the terminal has another size. */
  readonly onResize: (listener: () => void) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

/** What the command touches of the world it runs in. @category model */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this command. */
  readonly version: string;
  /** Relative paths begin here. */
  readonly cwd: string;
  /** Who is at the terminal, as the operating system names them. */
  readonly userName: string;
  /** All of standard input, decoded as UTF-8. */
  readonly readInput: () => Promise<string>;
  /** The lines of standard input as they come, or of a file. */
  readonly readLines: (file: string | undefined) => AsyncIterable<string>;
  /** How many bytes a file has; undefined where that can't be told. */
  readonly sizeOf?: (file: string) => Promise<number | undefined>;
  /** Writes to standard output; resolved when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  readonly writeError: (text: string) => void;
  /** Aborted when the process is asked to stop (SIGINT, SIGTERM), or, with {@link readerGone}, nobody reads what it writes any more. */
  readonly stopped: AbortSignal;
  /** The terminal that shows standard output; absent where something else reads it. */
  readonly terminal?: { readonly columns: number; readonly hasColors: boolean } | undefined;
  /** Has a pager show what is written from here on, where a terminal shows it. */
  readonly page?: () => Promise<void>;
  /** Waits until whoever reads in a pager has had enough. */
  readonly end?: () => Promise<void>;
  /** Takes the terminal for a screen, on which `q` and Ctrl-C stop the world; absent where no terminal shows standard output. */
  readonly openScreen?: () => Promise<Screen>;
  /** Asks whoever is at the terminal, and is told yes or no; absent where nobody is. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Asks whoever is at the terminal for what is not to be shown; absent where nobody is. */
  readonly readSecret?: (question: string) => Promise<string>;
  /** Has a person change a text in an editor. Rejects where there is none, or it failed. */
  readonly edit: (text: string) => Promise<Edited>;
  /** Whether a terminal shows standard error. */
  readonly isTerminal?: boolean;
  /** Has the listener told of errors that nobody handles; what it does not contain ends the process. */
  readonly onStrayErrors?: (listener: StrayListener) => void;
  readonly runtime: Runtime;
}

/** Why the world was stopped: the reader of standard output has had enough, as `head` has. That is no failure. */
export const readerGone = Symbol('readerGone');
