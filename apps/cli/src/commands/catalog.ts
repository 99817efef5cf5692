import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Execution } from './Execution.js';

/** A command as the list of all shows it. It is loaded when it is named: what it works with takes long to load. @category model */
export interface CatalogEntry {
  readonly name: string;
  readonly group: string;
  /** For the list; its own help says more. */
  readonly summary: string;
  /** Whether the list leaves it out. */
  readonly hidden?: true;
  readonly load: () => Promise<(execution: Execution) => CommandUnknownOpts>;
}

const data = 'Account data:';
const audit = 'What was, and who did it:';
const operations = 'Operations:';
const transfer = 'Import and export:';

/** All commands, in the order of the help. @category constants */
export const catalog: ReadonlyArray<CatalogEntry> = [
  { name: 'put', group: data, summary: 'Set account data to a JSON object', load: async () => (await import('./put.js')).putCommand },
  { name: 'get', group: data, summary: 'Show account data as JSON', load: async () => (await import('./get.js')).getCommand },
  { name: 'delete', group: data, summary: 'Delete account data; the history keeps what it was', load: async () => (await import('./delete.js')).deleteCommand },
  { name: 'edit', group: data, summary: 'Change account data in an editor', load: async () => (await import('./edit.js')).editCommand },
  { name: 'tag', group: data, summary: 'Set, remove and list room tags', load: async () => (await import('./tag.js')).tagCommand },
  { name: 'users', group: audit, summary: 'List users by what their IDs begin with', load: async () => (await import('./users.js')).usersCommand },
  { name: 'history', group: audit, summary: 'Tell who changed what, from what to what, when and why', load: async () => (await import('./history.js')).historyCommand },
  { name: 'state', group: audit, summary: 'Show all that a user has now', load: async () => (await import('./timeTravel.js')).stateCommand },
  { name: 'as-of', group: audit, summary: 'Show all that a user had at a moment', load: async () => (await import('./timeTravel.js')).asOfCommand },
  { name: 'diff', group: audit, summary: 'Compare what a user had at two moments', load: async () => (await import('./timeTravel.js')).diffCommand },
  { name: 'access-log', group: audit, summary: 'Tell who looked at whose data, when and why', load: async () => (await import('./accessLog.js')).accessLogCommand },
  { name: 'feed', group: audit, summary: 'Show changes as they happen', load: async () => (await import('./feed.js')).feedCommand },
  { name: 'room', group: audit, summary: 'Show what modules sent into a room', load: async () => (await import('./room.js')).roomCommand },
  { name: 'restore', group: audit, summary: 'Bring back what was: a key, or all as of a time', load: async () => (await import('./restore.js')).restoreCommand },
  { name: 'revert', group: audit, summary: 'Undo the last change of a key', load: async () => (await import('./revert.js')).revertCommand },
  { name: 'login', group: operations, summary: 'Keep a server and a token, and work on it', load: async () => (await import('./login.js')).loginCommand },
  { name: 'context', group: operations, summary: 'List, choose and forget servers that were logged in to', load: async () => (await import('./context.js')).contextCommand },
  { name: 'serve', group: operations, summary: 'Run the HTTP service', load: async () => (await import('./serve.js')).serveCommand },
  { name: 'doctor', group: operations, summary: 'Look for what is wrong; change nothing', load: async () => (await import('./doctor.js')).doctorCommand },
  { name: 'top', group: operations, summary: 'Show how a running server does, as it goes on', load: async () => (await import('./top.js')).topCommand },
  { name: 'modules', group: operations, summary: 'Show and manage the modules of a server', load: async () => (await import('./modules.js')).modulesCommand },
  { name: 'projection', group: operations, summary: 'Show, rebuild and verify the read model of a server', load: async () => (await import('./projection.js')).projectionCommand },
  { name: 'follow', group: operations, summary: 'Show and manage the homeserver that a server follows', load: async () => (await import('./follow.js')).followCommand },
  { name: 'store', group: operations, summary: 'Look after the files of an embedded log', load: async () => (await import('./store.js')).storeCommand },
  { name: 'token', group: operations, summary: 'Make, list and revoke access tokens', load: async () => (await import('./token.js')).tokenCommand },
  { name: 'completion', group: operations, summary: 'Complete commands, users and types in a shell', load: async () => (await import('./completion.js')).completionCommand },
  { name: '__complete', group: operations, summary: 'What those scripts ask', hidden: true, load: async () => (await import('./completion.js')).completeCommand },
  { name: '__manual', group: operations, summary: 'Write the manual', hidden: true, load: async () => (await import('./manual.js')).manualCommand },
  { name: 'erase', group: operations, summary: 'Remove everything of a user, for good', load: async () => (await import('./erase.js')).eraseCommand },
  { name: 'export', group: transfer, summary: 'Write all changes as lines of JSON', load: async () => (await import('./transfer.js')).exportCommand },
  { name: 'import', group: transfer, summary: 'Import an export', load: async () => (await import('./transfer.js')).importCommand },
  { name: 'import-synapse', group: transfer, summary: 'Import account data and tags of a Synapse database', load: async () => (await import('./importSynapse.js')).importSynapseCommand },
  { name: 'follow-synapse', group: transfer, summary: 'Run the HTTP service, and follow a running Synapse', load: async () => (await import('./followSynapse.js')).followSynapseCommand },
];
