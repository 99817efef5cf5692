import { problemTable } from '../problemTable.js';
import type { OpenApiDocument, OpenApiOperation } from './openApiDocument.js';

/** Pages for people, made on the server: no scripts, nothing loaded from elsewhere. */

/** Allows inline styles and nothing else. @category constants */
export const pageHeaders: ReadonlyArray<string> = [
  'Content-Security-Policy',
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** Backquoted words as code. */
const prose = (text: string): string => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { margin-bottom: 0; } h2 { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
pre { background: var(--quiet); padding: .75rem; overflow-x: auto; border-radius: .25rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
details { margin: .5rem 0; } summary { cursor: pointer; } a { color: inherit; }
`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body>${body}</body></html>`;

/** The API documentation of an OpenAPI document. */
export const apiPage = (document: OpenApiDocument): string => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const contents = operations
    .map(
      ({ path, method, operation }) =>
        `<tr><td><a href="#${operation.operationId}"><span class="method">${method}</span><code>${escaped(path)}</code></a></td><td>${prose(operation.summary)}</td></tr>`,
    )
    .join('');
  const sections = operations.map(({ path, method, operation }) => section(method, path, operation)).join('');
  const { title, version, description } = document.info;
  return page(
    String(title),
    `<h1>${escaped(String(title))}</h1><p>Version ${escaped(String(version))} · <a href="/v1/openapi.json">OpenAPI 3.1</a> · <a href="/errors">Problems</a> · <a href="docs/try/">Try it out</a></p>` +
      `<p>${prose(String(description))}</p><table>${contents}</table>${sections}`,
  );
};

const section = (method: string, path: string, operation: OpenApiOperation): string => {
  const parameters = operation.parameters
    .map(
      ({ name, in: place, required, description, schema }) =>
        `<tr><td><code>${escaped(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${prose(description)} <code>${escaped(JSON.stringify(schema))}</code></td></tr>`,
    )
    .join('');
  const grants = Object.entries(operation['x-roles'])
    .map(([role, grant]) => `${role}: ${grant === 'none' ? 'no' : grant === 'own' ? 'its own user' : 'yes'}`)
    .join(' · ');
  const body = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => schemaDetails(`Body, ${type}`, schema));
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) => {
    const schemas = Object.entries(content ?? {}).map(([type, { schema }]) => schemaDetails(type, schema));
    return `<p><b>${escaped(status)}</b> ${prose(description)}</p>${schemas.join('')}`;
  });
  return (
    `<h2 id="${operation.operationId}"><span class="method">${method}</span><code>${escaped(path)}</code></h2>` +
    `<p>${prose(operation.summary)}.</p>${operation.description === undefined ? '' : `<p>${prose(operation.description)}</p>`}` +
    `<p>${escaped(grants)}</p>${parameters === '' ? '' : `<table>${parameters}</table>`}${body.join('')}${answers.join('')}`
  );
};

const schemaDetails = (label: string, schema: unknown): string =>
  `<details><summary>${escaped(label)}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`;

/** The page that documents every problem. */
export const problemsPage = (): string => {
  const rows = Object.entries(problemTable)
    .map(
      ([code, { status, title, advice }]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${String(status)}</td><td>${prose(title)}</td><td>${prose(advice)}</td></tr>`,
    )
    .join('');
  return page(
    'Problems',
    `<h1>Problems</h1><p>The service API answers what it refuses with problem details (RFC 9457). <code>code</code> is stable.</p>` +
      `<table><tr><th>Code</th><th>Status</th><th>What happened</th><th>What to do</th></tr>${rows}</table>`,
  );
};
