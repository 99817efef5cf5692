import type { Endpoint } from '../Endpoint.js';
import { type ProblemCode, problemTable } from '../problemTable.js';

/** What any endpoint may refuse with: admission, and requests that are wrong in their form. */
const ofAll: ReadonlyArray<ProblemCode> = [
  'invalid_request',
  'malformed_url',
  'missing_token',
  'unknown_token',
  'forbidden',
  'other_log',
  'position_lost',
  'rate_limited',
  'internal',
  'auth_unavailable',
  'overloaded',
  'not_ready',
  'position_not_reached',
  'projection_damaged',
];

/** What may be wrong with a body on its way. */
const ofBodies: ReadonlyArray<ProblemCode> = ['incomplete_body', 'request_timeout', 'body_too_large', 'unsupported_content_coding', 'unsupported_transfer_coding'];

/** What may keep data of others from being shown. */
const ofReads: ReadonlyArray<ProblemCode> = ['reason_required', 'access_not_noted'];

/** The problems that an endpoint may answer, by status, in the order of statuses and of the table. */
export const documentedProblems = ({ problems, body, requestContentType, looksAt }: Endpoint): ReadonlyMap<number, ReadonlyArray<ProblemCode>> => {
  const codes = new Set<string>([
    ...ofAll,
    ...(body === undefined && requestContentType === undefined ? [] : ofBodies),
    ...(body === undefined ? [] : ['not_json']),
    ...(looksAt === 'nothing' ? [] : ofReads),
    ...problems,
  ]);
  const inOrder = (Object.keys(problemTable) as ReadonlyArray<ProblemCode>).filter((code) => codes.has(code));
  const statuses = [...new Set(inOrder.map((code) => problemTable[code].status))].sort((one, other) => one - other);
  return new Map(statuses.map((status) => [status, inOrder.filter((code) => problemTable[code].status === status)]));
};
