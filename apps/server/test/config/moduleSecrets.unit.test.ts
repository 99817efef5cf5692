import * as E from 'fp-ts/lib/Either.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moduleSecrets } from '../../src/config/moduleSecrets.js';

describe('the secrets of a module', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'module-secrets-'));
    writeFileSync(join(folder, 'key'), 'hunter2\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const fill = (config: unknown): unknown => {
    const filled = moduleSecrets({ env: { KEY: 'hunter3' }, folder })(config, ['key', 'url']);
    return E.isLeft(filled) ? filled.left.message : filled.right;
  };

  it('may stand in a file of the configuration folder, or in a variable', () => {
    expect(fill({ key_file: './key', url_env: 'KEY', other_file: './key' })).toEqual({ key: 'hunter2', url: 'hunter3', other_file: './key' });
    expect(fill({ key: 'written' })).toEqual({ key: 'written' });
    expect(fill('no mapping')).toBe('no mapping');
  });

  it.each([
    [{ key_file: './nowhere' }, 'key_file: names a file that is not there'],
    [{ key_env: 'NOT_SET' }, 'key_env: names the variable NOT_SET, which is not set'],
    [{ key: 'hunter2', key_env: 'KEY' }, 'must have only one of key, key_file and key_env'],
  ])('that can not be had are said without what they are: %j', (config, message) => {
    expect(fill(config)).toBe(message);
  });
});
