import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiReports } from '../../.release/apiReports.mjs';
import { publicPackages } from '../../.release/publicPackages.mjs';
import { build } from '../../.workspace/build.mjs';
import { Failure } from '../../.workspace/Failure.mjs';

/** What the packages export is what is recorded in their folder `api`, so that each change of it is seen in a review. */
export const api = async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'account-data-api-'));
  try {
    await build('everything');
    return apiReports(publicPackages(), { record: false, temporary }).map((path) => `${path}: not what is exported now. If that is meant: npm run api, and commit it`);
  } catch (error) {
    if (error instanceof Failure) return [error.message];
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};
