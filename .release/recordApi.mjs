// usage: recordApi.mjs. Writes down what the packages export, in the folder `api` of each, and says what changed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiReports } from './apiReports.mjs';
import { publicPackages } from './publicPackages.mjs';

const temporary = mkdtempSync(join(tmpdir(), 'account-data-api-'));
try {
  const changed = apiReports(publicPackages(), { record: true, temporary });
  console.log(changed.length === 0 ? 'Nothing that is exported changed.' : changed.map((path) => `changed  ${path}`).join('\n'));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
