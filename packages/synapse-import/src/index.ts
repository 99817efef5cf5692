export { connectionProblem } from './connectionProblem.js';
export { openSynapsePostgres } from './openSynapsePostgres.js';
export { openSynapseSqlite } from './openSynapseSqlite.js';
export { postgresRows, postgresRowsByUser, type RunQuery } from './postgresRows.js';
export { longestContent } from './synapseExport.js';
export { rowOf, selected, type SynapseDatabase, type SynapseRow, tables } from './SynapseRow.js';
export { synapseExport } from './synapseExport.js';
