import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout's root, as a URL that ends in a slash. */
export const root = new URL('../', import.meta.url);

export const rootPath = realpathSync(fileURLToPath(root));

/** Markers and locks live here; it is safe to delete while nothing runs. */
export const stateFolder = fileURLToPath(new URL('.workspace/state/', root));
