import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of the page, in the forms it is sent in. @category model */
export interface PageFile {
  readonly contentType: string;
  readonly etag: string;
  /** Whether its name changes with what it holds: it may be kept for good. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  /** Compressed when it is first asked for. */
  readonly gzipped: () => Promise<Buffer>;
}

/** The files of the page by their path below `/audit/`; `index.html` is the page itself. In `try/` is that which tries the API out. @category model */
export type PageFiles = ReadonlyMap<string, PageFile>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page that `apps/audit-web` was built into. Undefined where it was not built: the
 * service does not need it.
 *
 * @category constructors
 */
export const readPageFiles = async (folder: string = builtPage): Promise<PageFiles | undefined> => {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((entry) => (entry.isFile() && extname(entry.name) in contentTypes ? [join(entry.parentPath, entry.name)] : []));
  return new Map(await Promise.all(paths.map(async (path) => [relative(folder, path).split(sep).join('/'), await pageFile(path)] as const)));
};

/** Where the build puts the page: in the folder of this package. */
const builtPage = fileURLToPath(new URL('../../page/', import.meta.url));

const pageFile = async (path: string): Promise<PageFile> => {
  const plain = await readFile(path);
  let gzipped: Promise<Buffer> | undefined;
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    immutable: dirname(path).endsWith(`${sep}assets`),
    plain,
    gzipped: () => (gzipped ??= promisify(gzip)(plain)),
  };
};
