import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  commandProgram,
  type DataFolder,
  endOf,
  jsonLinesOf,
  makeDataFolder,
  pageSection,
  type ServerProcess,
  type ShownCommand,
  startServer,
  waitUntil,
} from '../src/index.js';

const curlIsThere = spawnSync('curl', ['--version']).status === 0;

/** What differs from one run to the next: when it was, and where in the log it stands. */
const comparable = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/position \d+/g, 'position N');

/** What pages tell people to type, and what has to be among it. */
const pages: ReadonlyArray<readonly [page: string, heading: string, shown: ReadonlyArray<string>]> = [
  ['README.md', 'Start', ['npm start', 'put']],
  ['docs/guides/first-steps.md', 'The main job, step by step', ['PUT', 'DELETE', '/tags/', 'room tail', 'kill -9', 'modules list', 'history']],
  ['docs/guides/operate.md', 'Back up and put back, step by step', ['store backup', 'store restore', 'get']],
  ['docs/guides/erasure.md', 'Erase a user, step by step', ['export', 'erase', 'PUT']],
  ['docs/guides/security.md', 'Tokens, step by step', ['curl', 'token create']],
];

describe('the commands of README and guides', () => {
  let folder: DataFolder;
  let server: ServerProcess | undefined;

  const start = async (): Promise<ServerProcess> => startServer(folder, { env: { ACCOUNT_DATA_PORT: '0' } });

  beforeEach(async () => {
    folder = await makeDataFolder();
  });

  afterEach(async () => {
    await server?.killAtOnce();
    await folder.remove();
  });

  /**
   * Types a command into an interactive shell, which reads more into a line than a script does (`"!room"` is an earlier
   * command there), with the variables of the commands before it, and gives what it printed.
   */
  const type = (command: string, variables: ReadonlyArray<string>, { program, url }: ServerProcess): string => {
    const script = [
      'set -e',
      // What npm would run, in this folder.
      `npm() { shift 4; "${process.execPath}" "${commandProgram}" "$@"; }`,
      'curl() { command curl --silent --show-error --fail "$@"; }',
      // The server that this test started, not one that runs here besides.
      `pgrep() { echo ${String(program.pid)}; }`,
      `export ACCOUNT_DATA_PORT=${new URL(url).port}`,
      ...[...variables, '{', command, '} 2>&3 </dev/null'].map((line) => line.replaceAll('http://127.0.0.1:8090', url)),
    ].join('\n');
    // The shell's own standard error repeats what is typed; that of the command is the descriptor 3.
    const shell = spawnSync('bash', ['--norc', '--noprofile', '-i'], {
      cwd: folder.path,
      encoding: 'utf8',
      input: `${script}\n`,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, PS1: '', PS2: '', HISTFILE: '' },
    });
    const [, , , errors] = shell.output;
    const misread = shell.stderr.includes('event not found') ? shell.stderr : '';
    expect({ command, status: shell.status, errors, misread }).toEqual({ command, status: 0, errors: '', misread: '' });
    return shell.stdout.trim();
  };

  /** The module's callbacks run after the answer: a person takes longer to type than they do. */
  const untilAnnounced = (output: string): Promise<true> =>
    waitUntil('the announcements', async () => {
      const events = await jsonLinesOf(['room', 'tail', '!audit:example.org', '--no-follow'], { cwd: folder.path });
      return events.length >= output.split('\n').length ? true : undefined;
    });

  const isVariable = ({ command }: ShownCommand): boolean => /^(?:export )?\w+=\S+$|^\w+='[^']*'$/.test(command);

  it.skipIf(!curlIsThere).each(pages)('%s, “%s”: print what it says, to the letter (needs curl)', async (page, heading, shown) => {
    const { yaml, commands } = await pageSection(page, heading);
    if (yaml !== '') await writeFile(join(folder.path, 'account-data.yaml'), yaml);
    const variables: Array<string> = [];
    const lists: Array<string> = [];
    for (const one of commands) {
      const { command, output } = one;
      if (command.startsWith('npm start')) {
        server = await start();
        continue;
      }
      if (server === undefined) throw new Error(`${page} types “${command}” before it starts a server.`);
      if (isVariable(one)) {
        variables.push(command);
        continue;
      }
      if (command.includes('room tail') && output !== undefined) await untilAnnounced(output);
      const printed = type(command, variables, server);
      if (command.startsWith('kill -9')) expect(await endOf(server.program)).toEqual({ code: null, signal: 'SIGKILL' });
      else if (command.startsWith('kill ')) expect(await endOf(server.program)).toEqual({ code: 0, signal: null });
      if (command.includes('modules list')) lists.push(printed);
      if (output !== undefined) expect({ command, printed: comparable(printed) }).toEqual({ command, printed: comparable(output) });
    }
    // The checkpoint before the end of the server, and after it: it passes over what the next one notes for itself.
    const places = lists.map((list) => Number(/position (\d+)/.exec(list)?.[1]));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    const text = commands.map(({ command }) => command).join('\n');
    for (const way of shown) expect(text).toContain(way);
  });
});
