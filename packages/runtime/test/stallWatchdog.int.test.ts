import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const packagePath = join(dirname(fileURLToPath(import.meta.url)), '..');

beforeAll(() => {
  execFileSync(process.execPath, [join(packagePath, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', packagePath], { stdio: 'pipe' });
});

const built = pathToFileURL(join(packagePath, 'dist', 'index.js')).href;

/** Runs a program whose `watchdog` reports after 200 milliseconds, and gives the first line that it reports. */
const reportOf = (program: string): Promise<{ readonly modules: string; readonly level: number; readonly milliseconds: number }> => {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import { stallWatchdog } from '${built}';\nconst watchdog = stallWatchdog({ after: 200 });\n${program}`],
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
    expect(report).toMatchObject({ level: 50, modules: 'hog' });
    expect(report.milliseconds).toBeGreaterThanOrEqual(200);
  });

  it('names what is under way where nothing was entered', async () => {
    const report = await reportOf(
      `watchdog.started('over'); watchdog.ended('over'); watchdog.started('one'); watchdog.started('two'); ${turn} for (;;);`,
    );
    expect(report.modules).toBe('one, two');
  });

  it('says nothing of a process that waits, and does not keep it alive', async () => {
    await expect(reportOf(`${turn} ${turn}`)).rejects.toThrow('It ended with 0 and reported nothing.');
  });
});
