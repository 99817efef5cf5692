import { ContentObject, RefusedRecord, jsonSchemaOf } from '@account-data/service-api';
import type { JsonSchema } from '@account-data/service-api';
import type * as t from 'io-ts';
import { roles } from '../../auth/Role.js';
import { grants } from '../Access.js';
import type { DocumentedAnswer, Endpoint } from '../Endpoint.js';
import { problemTable } from '../problemTable.js';

/** An OpenAPI 3.1 document. @category model */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly security: ReadonlyArray<unknown>;
}

/** An operation of the document. Source: OpenAPI 3.1, “Operation Object”; `x-…` is our own. @category model */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly 'x-need': string;
  readonly 'x-roles': Readonly<Record<string, string>>;
  readonly parameters: ReadonlyArray<OpenApiParameter>;
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

/** A parameter of an operation. @category model */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** An answer of an operation. @category model */
export interface OpenApiResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

const problemSchema: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { enum: Object.keys(problemTable) },
    detail: { type: 'string' },
    pointer: { type: 'string', description: 'A JSON pointer into the request' },
    index: { type: 'integer', description: 'Which item of a batch was refused, counted from 0' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
        additionalProperties: false,
      },
    },
    current: {
      description: 'With revision_mismatch: what is there',
      anyOf: [
        { type: 'null' },
        {
          type: 'object',
          properties: { revision: { type: 'string' }, content: jsonSchemaOf(ContentObject) },
          required: ['revision', 'content'],
          additionalProperties: false,
        },
      ],
    },
    refused: { description: 'With import_refused: the line that stopped the import', ...jsonSchemaOf(RefusedRecord) },
    request_id: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'request_id'],
  additionalProperties: false,
};

/** The document of the service API, made from its endpoints. */
export const openApiDocument = (endpoints: ReadonlyArray<Endpoint>, version: string): OpenApiDocument => {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(endpoint);
  }
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
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema },
    },
  };
};

const operation = (endpoint: Endpoint): OpenApiOperation => ({
  operationId: endpoint.operationId,
  summary: endpoint.summary,
  ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
  'x-need': endpoint.need,
  'x-roles': Object.fromEntries(roles.map((role) => [role, grants[endpoint.need][role]])),
  parameters: [...pathParameters(endpoint), ...queryParameters(endpoint.query), ...headerParameters(endpoint)],
  ...requestBody(endpoint),
  responses: {
    ...Object.fromEntries(endpoint.answers.map((answer) => [String(answer.status), response(answer)])),
    default: {
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

const propertiesOf = (codec: t.Mixed): Readonly<Record<string, JsonSchema>> =>
  (jsonSchemaOf(codec)['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;

const pathParameters = ({ path, params }: Endpoint): ReadonlyArray<OpenApiParameter> => {
  const properties = propertiesOf(params);
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string' },
  }));
};

const queryParameters = (query: t.Mixed): ReadonlyArray<OpenApiParameter> => {
  const required = (jsonSchemaOf(query)['required'] ?? []) as ReadonlyArray<string>;
  return Object.entries(propertiesOf(query)).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
};

const headerParameters = ({ headers }: Endpoint): ReadonlyArray<OpenApiParameter> =>
  headers.map(({ name, description }) => ({ name, in: 'header', required: false, description, schema: { type: 'string' } }));

const requestBody = ({ body, bodyOptional, requestContentType }: Endpoint): Pick<OpenApiOperation, 'requestBody'> => {
  if (requestContentType !== undefined) {
    return { requestBody: { required: true, content: { [requestContentType]: { schema: { type: 'string' } } } } };
  }
  if (body === undefined) return {};
  return { requestBody: { required: bodyOptional !== true, content: { 'application/json': { schema: jsonSchemaOf(body) } } } };
};

const response = ({ description, codec, contentType }: DocumentedAnswer): OpenApiResponse => {
  if (codec === undefined && contentType === undefined) return { description };
  const schema = codec === undefined ? { type: 'string' } : jsonSchemaOf(codec);
  return { description, content: { [contentType ?? 'application/json']: { schema } } };
};
