import { existsSync, readFileSync } from 'node:fs';
import { build } from '../../.workspace/build.mjs';
import { Failure } from '../../.workspace/Failure.mjs';
import { configurationReference, referencePage } from '../../.release/configurationReference.mjs';

/** The reference of the configuration is what the codec says. */
export const configuration = async () => {
  try {
    await build('programs');
  } catch (error) {
    if (error instanceof Failure) return [error.message];
    throw error;
  }
  const page = existsSync(referencePage) ? readFileSync(referencePage, 'utf8') : '';
  return page === (await configurationReference()) ? [] : [`${referencePage} is not what the codec of the configuration says: npm run docs`];
};
