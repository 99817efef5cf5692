import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Writes what ran as JSON to a file: `{ passed, failed, skipped: [{ name, reason }] }`. */
export class CountingReporter implements Reporter {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: Array<{ name: string; reason: string }> = [];
    for (const module of modules) {
      // A file that can't be imported, or a hook that fails, has no failed test of its own.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ name: test.fullName, reason: result.note ?? '' });
        else failed += 1;
      }
    }
    writeFileSync(this.path, JSON.stringify({ passed, failed, skipped }));
  }
}
