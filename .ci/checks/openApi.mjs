import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../../.workspace/build.mjs';
import { Failure } from '../../.workspace/Failure.mjs';
import { rootPath, stateFolder } from '../../.workspace/paths.mjs';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

const builtModule = (path) => import(pathToFileURL(join(rootPath, 'apps/server/dist/service', path)).href);

/** The OpenAPI document of the service API passes Redocly's recommended rules, warnings included. */
export const openApi = async () => {
  try {
    await build('programs');
  } catch (error) {
    if (error instanceof Failure) return [error.message];
    throw error;
  }
  const { endpoints } = await builtModule('endpoints/index.js');
  const { openApiDocument } = await builtModule('openapi/openApiDocument.js');
  mkdirSync(stateFolder, { recursive: true });
  const document = join(stateFolder, 'openapi.json');
  writeFileSync(document, JSON.stringify(openApiDocument(endpoints, '0.0.0'), null, 2));
  const redocly = join(rootPath, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js');
  // `recommended-strict` are the recommended rules, whose warnings are errors.
  const { code, output } = await runQuietly(process.execPath, [redocly, 'lint', document, '--extends=recommended-strict', '--max-problems=20'], {
    // Nothing is asked of, or told to, anybody else.
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  });
  return code === 0 ? [] : [output.trimEnd()];
};
