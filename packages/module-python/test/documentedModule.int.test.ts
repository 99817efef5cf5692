import { auditMessage } from '@account-data/module-audit-room';
import { configureModule } from '@account-data/modules';
import { createModuleHarness } from '@account-data/modules/testing';
import { attrsEnvironment, documentedModule, synapseEnvironment, titleOf } from '@account-data/tests-synapse';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { module } from '../src/index.js';

const environments = [
  ['where only attrs is installed, with our stand-in for synapse.module_api', await attrsEnvironment()],
  ["where Synapse is installed, with Synapse's own synapse.module_api", await synapseEnvironment()],
] as const;

const settings = { audit_room: '!audit:example.org', sender: '@auditor:example.org' };
const changes = [
  { userId: '@alice:example.org', type: 'org.example.theme', content: { theme: 'dark', 'é😀': [1.5, 1e-7, true, null] } },
  { userId: '@bob:example.org', roomId: '!room:example.org', type: 'org.example.pin', content: {} },
];

describe.each(environments)("the module of Synapse's documentation, unchanged, %s", (_where, environment) => {
  it.skipIf(environment.missing !== undefined)(titleOf('announces as ours does, and refuses what it refuses in Synapse', environment), async () => {
    const python = environment.python ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'documented-module-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'custom_account_data.py'), await documentedModule(python));
    const configured = (config: object) =>
      configureModule(module, { python, class: 'custom_account_data.CustomAccountDataModule', python_path: [folder], config });
    const harness = await createModuleHarness(configured(settings));
    onTestFinished(harness.stop);
    for (const change of changes) expect(await harness.deliver(change)).toMatchObject({ outcome: 'handled' });
    expect(harness.roomEvents).toEqual(
      changes.map(({ userId, roomId = null, type, content }) => ({
        eventId: expect.any(String) as unknown,
        room_id: settings.audit_room,
        sender: settings.sender,
        type: 'm.room.message',
        content: { msgtype: 'm.text', body: auditMessage(userId, roomId, type, content) },
      })),
    );
    await expect(createModuleHarness(configured({ sender: settings.sender }))).rejects.toThrow("config.config: 'audit_room' is required");
  });
});
