import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Failure { readonly name: string; readonly error: string }

/** What a reader of a long log needs first: the beginning of the message, without colours. */
const failureOf = (name: string, errors: ReadonlyArray<unknown>): Failure => ({
  name,
  error: errors.map((error) => (error as Partial<Error> | null)?.message ?? String(error)).join('\n').replace(/\u001b\[[\d;]*m/gu, '').slice(0, 2000),
});

/** Writes what ran as JSON to a file: `{ passed, failures: [{ name, error }], skipped: [{ name, reason }] }`. */
export class CountingReporter implements Reporter {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    const failures = unhandledErrors.map((error) => failureOf('outside of any test', [error]));
    const skipped: Array<{ name: string; reason: string }> = [];
    for (const module of modules) {
      const place = (name: string): string => `${module.relativeModuleId} > ${name}`;
      // A file that can't be imported, or a hook that fails, has no failed test of its own.
      for (const error of module.errors()) failures.push(failureOf(module.relativeModuleId, [error]));
      for (const suite of module.children.allSuites()) for (const error of suite.errors()) failures.push(failureOf(place(suite.fullName), [error]));
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ name: test.fullName, reason: result.note ?? '' });
        else failures.push(failureOf(place(test.fullName), result.errors ?? ['did not end']));
      }
    }
    writeFileSync(this.path, JSON.stringify({ passed, failures, skipped }));
  }
}
