import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../.workspace/paths.mjs';

/** The entries of a package that have types: the path in `exports`, and the compiled declarations. */
const entriesOf = ({ folder, manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => typeof target?.types === 'string')
    .map(([path, { types }]) => ({ name: path === '.' ? 'index' : path.slice(2).replaceAll('/', '-'), declarations: join(rootPath, folder, types) }));

const configOf = ({ folder }, { name, declarations }, temporary) =>
  ExtractorConfig.prepare({
    packageJsonFullPath: join(rootPath, folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: join(rootPath, folder),
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: { target: 'ES2023', lib: ['ES2023', 'DOM'], module: 'NodeNext', moduleResolution: 'NodeNext', types: ['node'], strict: true, skipLibCheck: true },
          files: [declarations],
        },
      },
      apiReport: { enabled: true, reportFolder: join(rootPath, folder, 'api'), reportTempFolder: temporary, reportFileName: name },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' }, 'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });

/**
 * Compares what the packages export, as compiled, with what is recorded in their folder `api`.
 *
 * @param options.record whether what differs is written down, instead
 * @returns the reports that differ (or were written), as paths from the root
 */
export const apiReports = (packages, { record, temporary }) =>
  packages.flatMap((one) => {
    // API Extractor writes into no folder that is not there.
    if (record) mkdirSync(join(rootPath, one.folder, 'api'), { recursive: true });
    return entriesOf(one).flatMap((entry) => {
      const faults = [];
      const { apiReportChanged } = Extractor.invoke(configOf(one, entry, temporary), {
        localBuild: record,
        messageCallback: (message) => {
          if (message.category === 'Compiler' && message.logLevel === 'error') faults.push(message.text);
          message.handled = true;
        },
      });
      const path = join(one.folder, 'api', `${entry.name}.api.md`);
      return [...faults, ...(apiReportChanged ? [path] : [])];
    });
  });
