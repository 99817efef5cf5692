import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const packagePath = join(dirname(fileURLToPath(import.meta.url)), '..');

beforeAll(() => {
  execFileSync(process.execPath, [join(packagePath, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', packagePath], { stdio: 'pipe' });
});

const built = pathToFileURL(join(packagePath, 'dist', 'index.js')).href;

interface Report {
  readonly level: string;
  readonly time: string;
  readonly name: string;
  readonly milliseconds: number;
  readonly modules: string;
  readonly msg: string;
}

/** Runs a program whose `watchdog` reports after 200 milliseconds, and gives the first line that it reports. */
const reportOf = (program: string): Promise<Report> => {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import { stallWatchdog } from '${built}';\nconst watchdog = stallWatchdog({ name: 'a-program', after: 200 });\n${program}`],
    { cwd: packagePath, stdio: ['ignore', 'inherit', 'pipe'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = /^\{.*\}$/m.exec(text)?.[0];
      if (line !== undefined) resolve(JSON.parse(line) as never);
    });
    child.once('close', (code) => {
      reject(new Error(`It ended with ${String(code)} and reported nothing. ${text}`));
    });
  });
};

const programWith = (program: string): ReadonlyArray<string> => [
  '--input-type=module',
  '-e',
  `import { stallWatchdog } from '${built}';\nconst watchdog = stallWatchdog({ name: 'a-program', after: 200, endAfter: 3_000 });\nawait new Promise((resolve) => setTimeout(resolve, 300));\n${program}`,
];

/** Runs a program that is ended after three seconds. */
const end = (program: string) => spawnSync(process.execPath, programWith(program), { cwd: packagePath, encoding: 'utf8' });

/** So many milliseconds of this thread's own work; a gap in it is not work. */
const spin = (milliseconds: number): string =>
  `for (let spent = 0, last = performance.now(); spent < ${String(milliseconds)}; ) { const now = performance.now(); spent += Math.min(now - last, 5); last = now; }`;

const turn = 'await new Promise((resolve) => setTimeout(resolve, 500));';

describe('the watchdog', () => {
  it('names what runs and never gives way again', async () => {
    const report = await reportOf(`${turn} watchdog.started('other'); watchdog.enter('good'); watchdog.leave(); watchdog.enter('hog'); for (;;);`);
    expect(report).toMatchObject({ level: 'error', name: 'a-program', modules: 'hog' });
    expect(new Date(report.time).toISOString()).toBe(report.time);
    expect(Object.keys(report)).toEqual(['level', 'time', 'name', 'milliseconds', 'modules', 'msg']);
    expect(report.milliseconds).toBeGreaterThanOrEqual(200);
  });

  it('ends a process that never gives way again, and names what it was for', async () => {
    const { status, signal, stderr } = end("watchdog.enter('hog', '42'); for (;;);");
    const lines = stderr.trim().split('\n').map((line) => JSON.parse(line) as Report & { readonly position: string });
    expect({ status, signal }).toEqual({ status: null, signal: 'SIGKILL' });
    expect(lines.map(({ level, modules, position }) => ({ level, modules, position }))).toEqual([
      { level: 'error', modules: 'hog', position: '42' },
      { level: 'fatal', modules: 'hog', position: '42' },
    ]);
    expect(lines[1]?.msg).toContain('is ended');
  });

  it('ends nothing that gives way in between, nor where no module is the cause', { timeout: 60_000 }, () => {
    expect(end(`for (let i = 0; i < 3; i += 1) { watchdog.enter('hog'); ${spin(1_500)} watchdog.leave(); ${turn} }`)).toMatchObject({ status: 0 });
    expect(end(spin(4_000))).toMatchObject({ status: 0, stderr: '' });
  });

  it('does not count the time in which the whole process was stopped', { timeout: 30_000 }, async () => {
    const child = spawn(process.execPath, programWith("watchdog.enter('hog'); console.log('in'); " + spin(500) + " watchdog.leave(); console.log('out');"), { cwd: packagePath, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    child.stdout.once('data', () => {
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), 4_000);
    });
    const [status, signal] = await new Promise<ReadonlyArray<unknown>>((resolve) => child.once('close', (...how) => {
      resolve(how);
    }));
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });

  it('names what is under way where nothing was entered', async () => {
    const report = await reportOf(
      `watchdog.started('over'); watchdog.ended('over'); watchdog.started('one'); watchdog.started('two'); ${turn} for (;;);`,
    );
    expect(report.modules).toBe('one, two');
  });

  it('says nothing where no module is the cause, and still names one that is later', async () => {
    const busy = 'for (const end = performance.now() + 800; performance.now() < end; );';
    await expect(reportOf(`${turn} ${busy} ${turn}`)).rejects.toThrow('It ended with 0 and reported nothing.');
    const report = await reportOf(`${turn} ${busy} ${turn} watchdog.enter('hog'); for (;;);`);
    expect(report.modules).toBe('hog');
  });

  it('says nothing of a process that waits, and does not keep it alive', async () => {
    await expect(reportOf(`${turn} ${turn}`)).rejects.toThrow('It ended with 0 and reported nothing.');
  });
});
