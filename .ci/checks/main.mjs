// `npm run check`: everything that CI checks besides the tests. `npm run check -- NAME…` runs only those.
import { writeFileSync } from 'node:fs';
import { api } from './api.mjs';
import { architecture } from './architecture.mjs';
import { audit } from './audit.mjs';
import { boundaries } from './boundaries.mjs';
import { configuration } from './configuration.mjs';
import { docComments } from './docComments.mjs';
import { documents } from './documents.mjs';
import { fileNames } from './fileNames.mjs';
import { licences } from './licences.mjs';
import { lint } from './lint.mjs';
import { lockfile } from './lockfile.mjs';
import { openApi } from './openApi.mjs';
import { readmeExamples } from './readmeExamples.mjs';
import { types } from './types.mjs';

/** Each gives the complaints it has; none is a pass. */
const checks = { types, lint, boundaries, architecture, documents, 'doc-comments': docComments, lockfile, licences, audit, api, configuration, 'file-names': fileNames, 'open-api': openApi, 'readme-examples': readmeExamples };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(' or ')}. There are: ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

const report = { passed: 0, failures: [] };
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const complaints = await check();
  if (complaints.length === 0) {
    report.passed += 1;
    console.log(`ok      ${name}`);
  } else {
    report.failures.push({ name, error: complaints.join('\n') });
    console.log(`FAILED  ${name}\n${complaints.join('\n')}\n`);
  }
}
if (process.env.ACCOUNT_DATA_CHECK_REPORT) writeFileSync(process.env.ACCOUNT_DATA_CHECK_REPORT, JSON.stringify(report));
process.exitCode = report.failures.length === 0 ? 0 : 1;
