import { expect, it } from 'vitest';
import { beginsExactlyAfter, isSupported, parseServerVersion, tellsCaughtUp } from '../src/connection/ServerVersion.js';

it.each([
  ['22.10.4', { major: 22, minor: 10 }],
  ['26.1.0', { major: 26, minor: 1 }],
  ['26.1.0-prerelease', { major: 26, minor: 1 }],
  ['26.1.1-rc.1', { major: 26, minor: 1 }],
  ['unknown', { major: 0, minor: 0 }],
])('%s is the version of a server', (text, expected) => {
  expect(parseServerVersion(text)).toEqual({ text, ...expected });
});

it('what a version can do, a pre-release of it can', () => {
  const version = parseServerVersion('26.1.0-prerelease');
  expect([tellsCaughtUp(version), beginsExactlyAfter(version), isSupported(version)]).toEqual([true, true, true]);
});
