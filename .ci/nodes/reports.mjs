// usage: reports.mjs REPORTS. Prints the paths of the reports that main.mjs leaves in the folder REPORTS.
import { join } from 'node:path';
import { nodeVersions, reportOf } from './versions.mjs';

console.log(nodeVersions.map((version) => join(process.argv[2], reportOf(version))).join('\n'));
