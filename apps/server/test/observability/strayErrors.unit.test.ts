import { describe, expect, it } from 'vitest';
import { makeLogger } from '../../src/observability/logging.js';
import { reportStrayError } from '../../src/observability/strayErrors.js';

const report = (running: { readonly module: string } | undefined, thrown: unknown): { readonly isContained: boolean; readonly line: Readonly<Record<string, unknown>> } => {
  const lines: Array<string> = [];
  const isContained = reportStrayError(makeLogger('info', { write: (line) => lines.push(line) }), running, thrown, 'exception');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hunter2');
  return { isContained, line: JSON.parse(lines[0] ?? '') as Readonly<Record<string, unknown>> };
};

describe('an error that nobody handles', () => {
  it('of a module is named and contained', () => {
    const { isContained, line } = report({ module: 'careless' }, new TypeError('hunter2\n    at hunter2 (x.js:1:1)'));
    expect(isContained).toBe(true);
    expect(line).toMatchObject({ level: 'error', module: 'careless', error: 'TypeError' });
    expect(line['stack']).toMatch(/^at .*strayErrors\.unit\.test/);
  });

  it('of the server itself ends it, and tells where it was, not what it said', () => {
    const { isContained, line } = report(undefined, Object.assign(new Error('hunter2'), { name: 'hunter2 hunter2' }));
    expect(isContained).toBe(false);
    expect(line).toMatchObject({ level: 'fatal', error: 'Error' });
  });

  it.each([undefined, null, 'hunter2', { message: 'hunter2' }])('that is no error is reported all the same', (thrown) => {
    expect(report(undefined, thrown).line).toMatchObject({ level: 'fatal' });
  });
});
