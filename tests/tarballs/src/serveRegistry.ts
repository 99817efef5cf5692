import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Tarball } from './tarballs.js';

/** A registry of npm that has these tarballs and no others, on the loopback interface. */
export interface Registry {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** What npm asks a registry: what there is of a package, and its tarball. */
export const serveRegistry = async (tarballs: ReadonlyArray<Tarball>): Promise<Registry> => {
  const contents = new Map(tarballs.map(({ path }) => [basename(path), readFileSync(path)]));
  const server = createServer((request, response) => {
    const asked = decodeURIComponent((request.url ?? '/').slice(1));
    const content = contents.get(basename(asked));
    const found = tarballs.find(({ manifest }) => manifest.name === asked);
    if (content !== undefined) response.end(content);
    else if (found !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(packument(found, contents, url)));
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

const packument = ({ manifest, path }: Tarball, contents: ReadonlyMap<string, Buffer>, url: string): unknown => {
  const integrity = `sha512-${createHash('sha512').update(contents.get(basename(path)) ?? '').digest('base64')}`;
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, dist: { tarball: `${url}${manifest.name}/-/${basename(path)}`, integrity } } },
  };
};
