import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  commandProgram,
  type DataFolder,
  jsonLinesOf,
  makeDataFolder,
  readmeSection,
  type ServerProcess,
  type ShownCommand,
  type ShownSection,
  startServer,
  waitUntil,
} from '../src/index.js';

const curlIsThere = spawnSync('curl', ['--version']).status === 0;

describe('the main job, by the commands of the README', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  let section: ShownSection;

  beforeAll(async () => {
    folder = await makeDataFolder();
    section = await readmeSection('The main job, step by step');
    await writeFile(join(folder.path, 'account-data.yaml'), section.yaml);
    server = await startServer(folder, { env: { ACCOUNT_DATA_PORT: '0' } });
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  /** Types the commands into one shell, and gives what each of them printed. */
  const type = (commands: ReadonlyArray<ShownCommand>): ReadonlyArray<string> => {
    const script = [
      'set -e',
      // What npm would run, in this folder.
      `npm() { shift 4; "${process.execPath}" "${commandProgram}" "$@"; }`,
      'curl() { command curl --silent --show-error --fail "$@"; }',
      ...commands.flatMap(({ command }) => [command.replaceAll('http://127.0.0.1:8090', server.url), 'printf "\\n\\0"']),
    ].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\0').slice(0, -1).map((text) => text.trim());
  };

  it.skipIf(!curlIsThere)('prints what the README says, to the letter (needs curl)', async () => {
    const commands = section.commands.filter(({ command }) => !command.startsWith('npm start'));
    const first = commands.findIndex(({ command }) => command.startsWith('npm run'));
    const changes = commands.slice(0, first);
    const readings = commands.slice(first);
    expect(changes.length).toBeGreaterThan(4);
    expect(readings.length).toBeGreaterThan(1);

    const changed = type(changes);
    const announced = readings.flatMap(({ output }) => output?.split('\n') ?? []).length;
    await waitUntil('the announcements', async () => {
      const events = await jsonLinesOf(['room', 'tail', '!audit:example.org', '--no-follow'], { cwd: folder.path });
      return events.length >= announced ? true : undefined;
    });
    const printed = [...changed, ...type(readings)];
    commands.forEach(({ command, output }, index) => {
      if (output !== undefined) expect({ command, printed: printed[index] }).toEqual({ command, printed: output });
    });
    expect(printed.at(-1)).toContain('org.example.theme');
  });
});
