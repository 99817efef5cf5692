// Adds up what the tests and checks reported, names once more what failed, and prints CI's closing line. A report that is
// not there is a failure.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const reports = process.argv.slice(2);

/** For want of what a test may be skipped in CI without failing; it is not installed from Debian's packages. */
const mayBeMissing = ["PyPI can't be reached"];

const mayBeSkipped = ({ name, reason }) => mayBeMissing.some((missing) => `${name} ${reason}`.includes(missing));

/** What a report tells; `skipped` only tests have. */
const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

const total = { passed: 0, failed: 0 };
for (const path of reports) {
  const { passed, failures, skipped = [] } = read(path) ?? { passed: 0, failures: [] };
  const failed = [
    ...failures,
    ...skipped.filter((test) => !mayBeSkipped(test)).map(({ name, reason }) => ({ name, error: `skipped although CI has what it needs (${reason})` })),
    ...(passed + failures.length === 0 ? [{ name: 'nothing ran', error: '' }] : []),
  ];
  for (const { name, error } of failed) console.log(`FAILED  ${basename(path, '.json')}: ${[name, ...error.split('\n')].join('\n    ').trimEnd()}\n`);
  total.passed += passed;
  total.failed += failed.length;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
