// Adds up what the tests and checks reported, and prints CI's closing line. A report that is not there is a failure.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const reports = process.argv.slice(2);

/** For want of what a test may be skipped in CI without failing; it is not installed from Debian's packages. */
const mayBeMissing = ["PyPI can't be reached"];

const mayBeSkipped = ({ name, reason }) => mayBeMissing.some((missing) => `${name} ${reason}`.includes(missing));

/** What a report counts; `skipped` only tests have. */
const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

const total = { passed: 0, failed: 0 };
for (const path of reports) {
  const about = basename(path, '.json');
  const { passed, failed, skipped = [] } = read(path) ?? { passed: 0, failed: 0 };
  const missed = skipped.filter((test) => !mayBeSkipped(test));
  for (const { name, reason } of missed) console.log(`FAILED  ${about}: skipped although CI has what it needs: ${name} (${reason})`);
  if (passed + failed === 0) console.log(`FAILED  ${about}: nothing ran`);
  total.passed += passed;
  total.failed += failed + missed.length + (passed + failed === 0 ? 1 : 0);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
