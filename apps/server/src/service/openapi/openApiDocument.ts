import { ProblemDetails, jsonSchemaOf } from '@account-data/service-api';
import type { JsonSchema } from '@account-data/service-api';
import type * as t from 'io-ts';
import { roles } from '../../auth/Role.js';
import { grants } from '../Access.js';
import type { DocumentedAnswer, Endpoint } from '../Endpoint.js';
import { type ProblemCode, problemTable } from '../problemTable.js';
import { documentedProblems } from './documentedProblems.js';
import { type NamedSchemas, makeNamedSchemas } from './namedSchemas.js';

/** An OpenAPI 3.1 document. @category model */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: ReadonlyArray<{ readonly url: string; readonly description: string }>;
  readonly tags: ReadonlyArray<{ readonly name: string; readonly description: string }>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly security: ReadonlyArray<unknown>;
}

/** An operation of the document. Source: OpenAPI 3.1, “Operation Object”; `x-…` is our own. @category model */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: ReadonlyArray<string>;
  readonly 'x-need': string;
  readonly 'x-roles': Readonly<Record<string, string>>;
  readonly parameters: ReadonlyArray<OpenApiParameter>;
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

/** A parameter of an operation. @category model */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** An answer of an operation. @category model */
export interface OpenApiResponse {
  readonly description: string;
  /** The codes of the problems that have this status. */
  readonly 'x-codes'?: ReadonlyArray<string>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** Problem details with the codes that this server has. */
const problemSchema = (): JsonSchema => {
  const schema = jsonSchemaOf(ProblemDetails);
  const properties = propertiesOf(ProblemDetails);
  return { ...schema, properties: { ...properties, code: { ...properties['code'], enum: Object.keys(problemTable) } } };
};

/** The document of the service API, made from its endpoints. */
export const openApiDocument = (endpoints: ReadonlyArray<Endpoint>, version: string): OpenApiDocument => {
  const schemas = makeNamedSchemas();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(endpoint, schemas);
  }
  const Problem = schemas.refer(problemSchema());
  return {
    openapi: '3.1.0',
    info: {
      title: 'Account data service API',
      version,
      description:
        'Changes, state, history and feed of Matrix-style account data. Revisions and positions are decimal strings; times are RFC 3339. ' +
        'Every answer carries `Account-Data-Position`; a request with `Account-Data-Wait-For` and that value waits until it is shown ' +
        '(at most 5 seconds, or as `Prefer: wait=SECONDS` says, up to 30).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: tags.map(([name, description]) => ({ name, description })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An access token; its role says what it allows' } },
      schemas: { ...schemas.all(), Problem },
    },
  };
};

/** What the operations are about, by the first part of their path that says so. */
const tags: ReadonlyArray<readonly [name: string, description: string, ofPath: RegExp]> = [
  ['Modules', 'Delivery to modules, and what operators do with it', /^\/v1\/modules/],
  ['Projection', 'The read model: its state, rebuilding and verifying it', /^\/v1\/projection/],
  ['Export and import', 'Everything as lines of JSON', /^\/v1\/(?:export|import)/],
  ['History', 'Who changed what, when, why, from what to what; what differs between two moments', /\/(?:history|diff|scan)$/],
  ['Changes', 'Setting, deleting, restoring and erasing', /\/(?:commands|restore|erase|erasures)$/],
  ['Account data', 'Keys with their contents, and state as of any moment', /^\/v1\/users/],
  ['Feed', 'The changes of the log, and what modules sent into rooms', /^\/v1\/(?:feed|rooms)/],
  ['Access log', 'Who looked at the data of others, when and why', /^\/v1\/access-log/],
  ['Session', 'Whom a token stands for', /^\/v1\/session/],
  ['Follow', 'The homeserver that is followed: how that goes, and what of it is not in the log.', /^\/v1\/follow/],
];

const operation = (endpoint: Endpoint, schemas: NamedSchemas): OpenApiOperation => ({
  operationId: endpoint.operationId,
  summary: endpoint.summary,
  ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
  tags: tags.filter(([, , ofPath]) => ofPath.test(endpoint.path)).slice(0, 1).map(([name]) => name),
  'x-need': endpoint.need,
  'x-roles': Object.fromEntries(roles.map((role) => [role, grants[endpoint.need][role]])),
  parameters: [...pathParameters(endpoint), ...queryParameters(endpoint.query), ...headerParameters(endpoint)],
  ...requestBody(endpoint, schemas),
  responses: {
    ...Object.fromEntries(endpoint.answers.map((answer) => [String(answer.status), response(answer, schemas)])),
    ...Object.fromEntries([...documentedProblems(endpoint)].map(([status, codes]) => [String(status), problemResponse(codes)])),
    default: { description: 'A problem, of a proxy for example', content: problemContent },
  },
});

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const problemResponse = (codes: ReadonlyArray<ProblemCode>): OpenApiResponse => ({
  description: codes.map((code) => `\`${code}\`: ${problemTable[code].title}`).join('; '),
  'x-codes': codes,
  content: problemContent,
});

const propertiesOf = (codec: t.Mixed): Readonly<Record<string, JsonSchema>> =>
  (jsonSchemaOf(codec)['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;

/** A parameter has the description of its schema. */
const parameter = (name: string, place: 'path' | 'query', required: boolean, { description, ...schema }: JsonSchema): OpenApiParameter => ({
  name,
  in: place,
  required,
  description: String(description),
  schema,
});

const pathParameters = ({ path, params }: Endpoint): ReadonlyArray<OpenApiParameter> => {
  const properties = propertiesOf(params);
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter(name, 'path', true, properties[name] ?? { type: 'string' }));
};

const queryParameters = (query: t.Mixed): ReadonlyArray<OpenApiParameter> => {
  const required = (jsonSchemaOf(query)['required'] ?? []) as ReadonlyArray<string>;
  return Object.entries(propertiesOf(query)).map(([name, schema]) => parameter(name, 'query', required.includes(name), schema));
};

const headerParameters = ({ headers }: Endpoint): ReadonlyArray<OpenApiParameter> =>
  headers.map(({ name, description }) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } }));

const requestBody = ({ body, bodyOptional, bodyExample, requestContentType }: Endpoint, schemas: NamedSchemas): Pick<OpenApiOperation, 'requestBody'> => {
  if (requestContentType !== undefined) {
    return { requestBody: { required: true, content: { [requestContentType]: { schema: { type: 'string' } } } } };
  }
  if (body === undefined) return {};
  const example = bodyExample === undefined ? {} : { example: bodyExample };
  return { requestBody: { required: bodyOptional !== true, content: { 'application/json': { schema: schemas.refer(jsonSchemaOf(body)), ...example } } } };
};

const response = ({ description, codec, contentType }: DocumentedAnswer, schemas: NamedSchemas): OpenApiResponse => {
  if (codec === undefined && contentType === undefined) return { description };
  const schema = codec === undefined ? { type: 'string' } : schemas.refer(jsonSchemaOf(codec));
  return { description, content: { [contentType ?? 'application/json']: { schema } } };
};
