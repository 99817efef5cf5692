import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckoutCopy, copyCheckout, endOf, startProgram } from '../src/index.js';

describe('a command of a fresh clone', () => {
  let clone: CheckoutCopy;

  beforeAll(async () => {
    // What the command does not need is compiled by nobody who only uses it.
    clone = await copyCheckout(['packages/consumer', 'tests/end-to-end', 'tests/simulation', 'tests/benchmarks', 'tests/eventstoredb-double']);
  });

  afterAll(() => clone.remove());

  it('compiles once, and then says nothing but what was asked for', async () => {
    const run = async (): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> => {
      const program = startProgram('workspace.mjs', ['account-data', '--help'], { cwd: clone.path });
      const { code } = await endOf(program, 110_000);
      return { code, output: program.output(), errors: program.errors() };
    };
    expect(await run()).toEqual({ code: 0, output: expect.stringContaining('Usage: account-data') as unknown, errors: 'Compiling…\n' });
    expect(await run()).toEqual({ code: 0, output: expect.stringContaining('Usage: account-data') as unknown, errors: '' });
  });
});
