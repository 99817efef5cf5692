import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** The report with the members of each union of texts in order: the compiler writes them in the order in which it met them, which differs between a whole compilation and one of what changed. */
const inOrder = (report) => report.replaceAll(/"[^"\n]*"(?: \| "[^"\n]*")+/g, (union) => union.split(' | ').sort().join(' | '));

/**
 * Compares what the packages export, as compiled, with what is recorded in their folder `api`.
 *
 * @param options.record whether what differs is written down, instead
 * @returns the reports that differ (or were written), as paths from the root
 */
export const apiReports = (packages, { record, temporary }) =>
  packages.flatMap((one) =>
    entriesOf(one).flatMap((entry) => {
      const faults = [];
      Extractor.invoke(configOf(one, entry, temporary), {
        messageCallback: (message) => {
          if (message.category === 'Compiler' && message.logLevel === 'error') faults.push(message.text);
          message.handled = true;
        },
      });
      const file = `${entry.name}.api.md`;
      const path = join(one.folder, 'api', file);
      const recorded = join(rootPath, path);
      const found = inOrder(readFileSync(join(temporary, file), 'utf8'));
      const differs = !existsSync(recorded) || readFileSync(recorded, 'utf8') !== found;
      if (differs && record) {
        mkdirSync(join(rootPath, one.folder, 'api'), { recursive: true });
        writeFileSync(recorded, found);
      }
      return [...faults, ...(differs ? [path] : [])];
    }),
  );
