// usage: docs.mjs. Writes the reference of the configuration, and that of the packages from their comments (typedoc) into the folder
// `reference`, which is not kept. What typedoc warns of is an error.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { rootPath } from '../.workspace/paths.mjs';
import { configurationReference, referencePage } from './configurationReference.mjs';
import { publicPackages } from './publicPackages.mjs';

writeFileSync(join(rootPath, referencePage), await configurationReference());

/** The sources of what the libraries export. */
const entryPoints = publicPackages()
  .filter(({ folder }) => folder.startsWith('packages/'))
  .flatMap(({ folder, manifest }) => Object.values(manifest.exports).flatMap((target) => (target === null ? [] : [join(rootPath, folder, target.source)])));

const application = await Application.bootstrapWithPlugins({
  name: 'Account data engine',
  entryPoints,
  tsconfig: join(rootPath, 'tsconfig.check.json'),
  // `npm run check -- types` looks for errors.
  skipErrorChecking: true,
  readme: join(rootPath, 'README.md'),
  disableSources: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  ignoredHighlightLanguages: ['mermaid'],
  treatWarningsAsErrors: true,
  logLevel: 'Warn',
});
const project = await application.convert();
if (project !== undefined) {
  application.validate(project);
  if (!application.logger.hasErrors() && !application.logger.hasWarnings()) await application.generateDocs(project, join(rootPath, 'reference'));
}
if (project === undefined || application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1;
