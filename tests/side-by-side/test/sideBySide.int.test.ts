import { synapseEnvironment, titleOf } from '@account-data/tests-synapse';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { differencesIn, differencesOf, runScript } from '../src/compareSides.js';
import { atOnce, inOrder } from '../src/operations.js';
import { ourSide } from '../src/ourSide.js';
import { synapseSide } from '../src/synapseSide.js';

const environment = await synapseEnvironment();

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'side-by-side-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('each operation has a name of its own', () => {
  const names = [...inOrder, ...atOnce.flat()].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.length).toBeGreaterThan(190);
});

describe.skipIf(environment.missing !== undefined)(titleOf('the same operations on a real Synapse and here', environment), () => {
  test('are answered and announced the same, but for what the README explains', { timeout: 240_000 }, async () => {
    const python = environment.python ?? '';
    const theirs = await synapseSide(python, await newFolder());
    onTestFinished(theirs.close);
    const ours = await ourSide(python, await newFolder(), theirs.room);
    onTestFinished(ours.close);
    const [synapse] = await runScript(theirs);
    const here = await runScript(ours);
    if (synapse === undefined) throw new Error('Synapse announces nothing.');
    // In order, and nothing besides: by the documented module in Synapse, by ours, and by the documented one here.
    expect([synapse, ...here].map(({ left }) => left)).toEqual([[], [], []]);
    const explained = differencesIn(readFileSync(new URL('../README.md', import.meta.url), 'utf8'));
    expect(explained.filter(({ why }) => why === '')).toEqual([]);
    for (const outcome of here) {
      expect(differencesOf(synapse, outcome)).toEqual(explained.map(({ operation, synapse: seen, ours: our }) => ({ operation, synapse: seen, ours: our })));
    }
  });
});
