import { documentedProblems } from '../../src/service/openapi/documentedProblems.js';
import { endpoints } from '../../src/service/endpoints/index.js';
import type { RawAnswer, RawRequest } from './rawHttp.js';

const known = endpoints.map((endpoint) => ({
  method: endpoint.method,
  path: new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/]+')}$`),
  codes: new Set<string>([...documentedProblems(endpoint).values()].flat()),
}));

const codeOf = (json: unknown): string | undefined =>
  typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string' ? json.code : undefined;

/** What is wrong where an endpoint answered a problem that its documentation does not have; else undefined. */
export const undocumentedProblem = ({ method = 'GET', path }: RawRequest, { headers, json, status }: RawAnswer): string | undefined => {
  if (!String(headers['content-type']).startsWith('application/problem+json')) return undefined;
  const endpoint = known.find((candidate) => candidate.method === method && candidate.path.test(path.split('?')[0] ?? ''));
  const code = codeOf(json);
  if (endpoint === undefined || code === undefined || endpoint.codes.has(code)) return undefined;
  return `${method} ${path} answered ${String(status)} ${code}, which the OpenAPI document does not promise.`;
};
