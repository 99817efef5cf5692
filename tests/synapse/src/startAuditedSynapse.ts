import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedModule } from './pythonEnvironment.js';
import { startSynapse, type Synapse } from './startSynapse.js';
import type { SynapseOptions } from './SynapseOptions.js';
import type { SynapseUser } from './SynapseUser.js';

/** A Synapse whose module announces changes. @category model */
export interface AuditedSynapse extends Synapse {
  /** Who announces. */
  readonly auditor: SynapseUser;
  readonly auditRoom: string;
}

/**
 * A real Synapse with the module of its documentation, which sends into a real room. That module is configured with a room
 * that a user of that Synapse makes: so it is started twice.
 *
 * @category constructors
 */
export const startAuditedSynapse = async (options: Omit<SynapseOptions, 'modules' | 'pythonPath'>): Promise<AuditedSynapse> => {
  const { python, folder } = options;
  writeFileSync(join(folder, 'custom_account_data.py'), await documentedModule(python));
  const first = await startSynapse(options);
  const auditor = await first.register('auditor');
  const answer = await fetch(`${first.url}/_matrix/client/v3/createRoom`, {
    method: 'POST',
    headers: { authorization: `Bearer ${auditor.accessToken}` },
    body: JSON.stringify({ preset: 'private_chat' }),
  });
  const { room_id: auditRoom } = (await answer.json()) as { readonly room_id: string };
  await first.stop();
  const modules = [{ module: 'custom_account_data.CustomAccountDataModule', config: { audit_room: auditRoom, sender: auditor.userId } }];
  return { ...(await startSynapse({ ...options, modules, pythonPath: [folder] })), auditor, auditRoom };
};
