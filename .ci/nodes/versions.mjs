/** The versions of Node that the product is run on, one of each line that it supports: the oldest, and those of today. */
export const nodeVersions = ['20.19.6', '22.23.5', '24.22.3', '26.12.1'];

/** The report of what ran on a version, in the folder of reports. */
export const reportOf = (version) => `node-${version}.json`;
