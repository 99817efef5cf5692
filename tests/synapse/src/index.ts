export { type PythonEnvironment, attrsEnvironment, clientsEnvironment, documentedModule, pythonEnvironment, synapseEnvironment, titleOf } from './pythonEnvironment.js';
export { type AuditedSynapse, startAuditedSynapse } from './startAuditedSynapse.js';
export { type Synapse, startSynapse } from './startSynapse.js';
export type { SynapseOptions } from './SynapseOptions.js';
export type { SynapseUser } from './SynapseUser.js';
