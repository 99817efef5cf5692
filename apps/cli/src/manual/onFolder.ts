const byLog = 'On a data folder: by the log itself, whether a server runs there or not.';
const byServer = 'On a data folder: by the server that runs there or, without one, by a server of its own for as long as it takes.';
const byServerOnly = 'On a data folder: by the server that runs there; without one it is refused (needs_server).';
const watched = ' What is watched needs one that runs.';

/**
 * What becomes of a command on a data folder, by its name with those above it; of those that work on nothing else, and of
 * those that work on none, nothing is said. Help and the manual tell it; decisions/0003-beside-a-server.md is why.
 *
 * @category constants
 */
export const onFolder: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['put', 'get', 'delete', 'edit', 'tag set', 'tag remove', 'tag list', 'users', 'state', 'as-of', 'diff', 'access-log', 'feed', 'room tail', 'revert'].map((path) => [path, byLog]),
  ),
  'as-of': `${byLog} --position is found as restore finds it: by a server.`,
  'diff': `${byLog} Positions are found as restore finds them: by a server.`,
  'history': `${byLog} Across users it is read by the server that runs there or, without one, by a server of its own.`,
  ...Object.fromEntries(['restore', 'erase', 'export', 'import', 'import-synapse', 'modules drop', 'projection rebuild', 'projection verify'].map((path) => [path, byServer])),
  'modules list': `${byServer} A server of its own knows no lag and no failures.${watched}`,
  'modules parked': `${byServer}${watched}`,
  'projection status': `${byServer}${watched}`,
  ...Object.fromEntries(
    ['top', 'modules redrive', 'modules replay', 'modules pause', 'modules resume', 'modules forget', 'follow status', 'follow parked', 'follow compare', 'follow release'].map((path) => [path, byServerOnly]),
  ),
};
