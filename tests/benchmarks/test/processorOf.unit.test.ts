import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processorOf, processorOfAll } from '../src/processorOf.js';

const busy = 'const end = process.cpuUsage().user + 100_000; while (process.cpuUsage().user < end); ';

describe.runIf(process.platform === 'linux')('the processor time of other processes', () => {
  it('is that of a process, and of all that it started', async () => {
    const inner = `${busy} console.log("worked"); process.stdin.resume(); process.stdin.on("end", () => process.exit())`;
    const outer = spawn(process.execPath, ['-e', `${busy} require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(inner)}], { stdio: "inherit" })`]);
    try {
      await once(outer.stdout, 'data');
      const [alone, all] = [await processorOf(outer.pid ?? 0), await processorOfAll(outer.pid ?? 0)];
      // The system counts in hundredths of a second.
      expect(alone).toBeGreaterThanOrEqual(80_000);
      expect(all - alone).toBeGreaterThanOrEqual(80_000);
    } finally {
      outer.stdin.end();
      await once(outer, 'exit');
    }
  });

  it('is no number where there is no such process', async () => {
    expect(await processorOf(0)).toBeNaN();
    expect(await processorOfAll(0)).toBeNaN();
  });
});
