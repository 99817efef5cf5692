export { openSynapsePostgres } from './openSynapsePostgres.js';
export { openSynapseSqlite } from './openSynapseSqlite.js';
export type { SynapseDatabase, SynapseRow } from './SynapseRow.js';
export { synapseExport } from './synapseExport.js';
