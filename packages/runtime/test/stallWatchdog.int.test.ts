import { execFileSync, spawn } from 'node:child_process';
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

const turn = 'await new Promise((resolve) => setTimeout(resolve, 500));';

describe('the watchdog', () => {
  it('names what runs and never gives way again', async () => {
    const report = await reportOf(`${turn} watchdog.started('other'); watchdog.enter('good'); watchdog.leave(); watchdog.enter('hog'); for (;;);`);
    expect(report).toMatchObject({ level: 'error', name: 'a-program', modules: 'hog' });
    expect(new Date(report.time).toISOString()).toBe(report.time);
    expect(Object.keys(report)).toEqual(['level', 'time', 'name', 'milliseconds', 'modules', 'msg']);
    expect(report.milliseconds).toBeGreaterThanOrEqual(200);
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
