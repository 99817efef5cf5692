import { spawn } from 'node:child_process';

/** A server that was started by npx, on a data folder of its own. */
export interface NpxServer {
  readonly url: string;
  readonly adminToken: string;
  readonly stop: () => Promise<void>;
}

const patience = 60_000;

/** Runs `npx @account-data/cli serve` in a project that has it installed, until it has printed its address and token. */
export const serveByNpx = (project: string): Promise<NpxServer> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ACCOUNT_DATA_PORT: '0' };
    // A group of its own: npx starts a shell, and that the program.
    const child = spawn('npx', ['--no', '@account-data/cli', 'serve'], { cwd: project, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
    };
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    const timer = setTimeout(() => {
      signal('SIGKILL');
    }, patience);
    let printed = '';
    const read = (text: string): void => {
      printed += text;
      const url = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(printed)?.[0];
      const adminToken = /adt_[\w-]{40,}(?=\s)/.exec(printed)?.[0];
      if (url === undefined || adminToken === undefined) return;
      clearTimeout(timer);
      resolve({
        url,
        adminToken,
        stop: () => {
          signal('SIGTERM');
          return ended;
        },
      });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`It ended without an address and a token.\n${printed.slice(-4_000)}`));
    });
  });
