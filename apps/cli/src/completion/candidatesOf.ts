import { type ClientError, clientTask } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Execution, TargetOptions } from '../commands/Execution.js';
import type { Refusal } from '../Refusal.js';
import type { Target } from '../target/Target.js';
import type { Candidate } from './candidateText.js';
import type { CompletionPlace, Wanted } from './completionPlace.js';
import { filesWanted } from './shellScripts.js';

/** So many users are offered at most. */
const mostUsers = 200;

/** Types and rooms of nobody's in particular are those of so many users. */
const sampledUsers = 20;

/** Milliseconds: whoever presses a key waits no longer for what only a whole log tells. */
const patience = 2_000;

type Names = ReadonlyArray<string>;

const targetOf = ({ given }: CompletionPlace): TargetOptions => {
  const { dir, config, url, context, token } = given;
  return { dir, config, url, context, token };
};

/** What a task found; nothing where it failed: there is nobody to tell. */
const orNone = (task: (found: (names: Names) => void) => TE.TaskEither<Refusal, void>): Promise<Names> => {
  let names: Names = [];
  const note = (found: Names): void => {
    names = found;
  };
  return task(note)().then(() => names);
};

const inTarget = ({ withTarget }: Execution, place: CompletionPlace, read: (target: Target) => Promise<Names>): Promise<Names> =>
  orNone((found) =>
    withTarget(targetOf(place), 'read', (target): TE.TaskEither<ClientError, void> =>
      pipe(
        clientTask(() => read(target)),
        TE.map(found),
      ),
    ),
  );

const usersOf = async ({ world }: Execution, target: Target, prefix: string, limit: number): Promise<Names> => {
  const stop = new AbortController();
  const cancel = world.runtime.timers.setBackgroundTimeout(() => stop.abort(), patience);
  const { users } = await target.users({ prefix, limit, signal: stop.signal });
  cancel();
  return users;
};

/** What is told of the user whom the line names, or of some of all. */
const ofUsers =
  (execution: Execution, { given }: CompletionPlace, read: (target: Target, user: string) => Promise<Names>) =>
  async (target: Target): Promise<Names> => {
    const users = given['user'] === undefined ? await usersOf(execution, target, '', sampledUsers) : [given['user']];
    return (await Promise.all(users.map((user) => read(target, user)))).flat();
  };

const entriesOf = async (target: Target, user: string): Promise<ReadonlyArray<{ readonly type: string; readonly roomId: string | null }>> => {
  const entries = [];
  for await (const entry of target.entries(user)) entries.push(entry);
  return entries;
};

const typesOf =
  ({ given: { room } }: CompletionPlace) =>
  async (target: Target, user: string): Promise<Names> =>
    (await entriesOf(target, user)).filter(({ roomId }) => room === undefined || roomId === room).map(({ type }) => type);

const roomsOf = async (target: Target, user: string): Promise<Names> => [
  ...(await entriesOf(target, user)).flatMap(({ roomId }) => (roomId === null ? [] : [roomId])),
  ...(await target.tags(user)).map(({ roomId }) => roomId),
];

const tagsOf =
  ({ given: { room } }: CompletionPlace) =>
  async (target: Target, user: string): Promise<Names> =>
    (await target.tags(user)).filter(({ roomId }) => room === undefined || roomId === room).flatMap(({ tags }) => Object.keys(tags));

const files = new Set(['file', 'folder', 'backup']);

const valuesOf = (name: string, place: CompletionPlace, execution: Execution): Promise<Names> => {
  switch (name) {
    case 'user':
    case 'beginning':
      return inTarget(execution, place, (target) => usersOf(execution, target, place.partial, mostUsers));
    case 'type':
      return inTarget(execution, place, ofUsers(execution, place, typesOf(place)));
    case 'room':
      return inTarget(execution, place, ofUsers(execution, place, roomsOf));
    case 'tag':
      return inTarget(execution, place, ofUsers(execution, place, tagsOf(place)));
    case 'module':
      return orNone((found) =>
        execution.withServer(targetOf(place), 'delivery', (client) =>
          pipe(
            clientTask(() => client.modules.status()),
            TE.map(({ modules }) => found(modules.map((module) => module.name))),
          ),
        ),
      );
    case 'context':
      return orNone((found) => pipe(execution.readContexts(), TE.map(({ contexts }) => found(contexts.map((context) => context.name)))));
    case 'digest':
      return orNone((found) => pipe(execution.listTokens(targetOf(place)), TE.map((tokens) => found(tokens.map(({ sha256 }) => sha256)))));
    default:
      return Promise.resolve(files.has(name) ? [filesWanted] : []);
  }
};

const wantedOf = async (wanted: Wanted, place: CompletionPlace, execution: Execution): Promise<ReadonlyArray<Candidate>> => {
  const help = place.command.createHelp();
  switch (wanted._tag) {
    case 'Command':
      return help.visibleCommands(place.command).map((command) => ({ value: command.name(), about: command.summary() === '' ? command.description() : command.summary() }));
    case 'Flag':
      return help.visibleOptions(place.command).map((option) => ({ value: option.long ?? option.short ?? '', about: option.description }));
    case 'Value': {
      const values = wanted.choices.length > 0 ? wanted.choices : await valuesOf(wanted.name, place, execution);
      return values.map((value) => ({ value: value === filesWanted ? value : `${wanted.lead}${value}` }));
    }
    case 'Nothing':
      return [];
  }
};

/** The words that fit where the cursor is, in order, each once; {@link filesWanted} alone where they are names of files. */
export const candidatesOf = async (place: CompletionPlace, execution: Execution): Promise<ReadonlyArray<Candidate>> => {
  const { wanted, partial } = place;
  const typed = `${wanted._tag === 'Value' ? wanted.lead : ''}${partial}`;
  const found = (await wantedOf(wanted, place, execution)).filter(({ value }) => value === filesWanted || value.startsWith(typed));
  return [...new Map(found.map((candidate) => [candidate.value, candidate])).values()].sort((a, b) => (a.value < b.value ? -1 : 1));
};
