import { parse } from 'yaml';

/** The versions of the catalog of a pnpm-workspace.yaml, by package. */
export const catalogOf = (text) => parse(text).catalog ?? {};
