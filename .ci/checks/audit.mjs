import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../../.workspace/paths.mjs';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

/** The registry does not answer audits, or can't be reached: that tells nothing about the dependencies. */
const unanswered = /ERR_PNPM_AUDIT_(?:BAD_RESPONSE|ENDPOINT)|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|FETCH_/;

/** Nothing that is installed for production has a weakness that the registry knows of. */
export const audit = async () => {
  const { packageManager } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
  const { code, output } = await runQuietly('npx', ['--yes', packageManager, 'audit', '--prod'], { npm_config_fetch_retries: '0' });
  if (code === 0) return [];
  if (!unanswered.test(output)) return [output.trimEnd()];
  console.log('skipped audit: the registry does not answer audits');
  return [];
};
