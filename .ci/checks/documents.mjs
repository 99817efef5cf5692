import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

const index = 'DECISIONS.md';
const isRecord = /(^|\/)decisions\/\d{4}-[^/]+\.md$/;

/** The links of a page that lead to files of this repository: text, and path from the root. */
const linksOf = (page) =>
  [...readFileSync(page, 'utf8').matchAll(/\[([^\]]*)\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .filter(([, , target]) => !/^[a-z]+:/.test(target))
    .map(([, text, target]) => ({ text, path: normalize(join(dirname(page), target)) }));

/** A word in code that links to a source file is the file's name, or stands in the file. */
const names = (text, path) => {
  const [, word] = /^`([^`]+)`$/.exec(text) ?? [];
  if (word === undefined || !/\.(ts|mjs|cjs)$/.test(path)) return true;
  return path.endsWith(word) || basename(path).startsWith(`${word}.`) || readFileSync(path, 'utf8').includes(word);
};

/** Links lead somewhere, names are those of the code, and each decision is in the index, once. */
export const documents = async () => {
  const { code, output } = await runQuietly('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  if (code !== 0) return [`git ls-files failed: ${output}`];
  const files = output.trimEnd().split('\n').filter((path) => existsSync(path));
  const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('.changeset/'));
  const complaints = [];
  for (const page of pages) {
    for (const { text, path } of linksOf(page)) {
      if (!existsSync(path)) complaints.push(`${page}: the link to ${path} leads nowhere`);
      else if (!names(text, path)) complaints.push(`${page}: ${text} is not in ${path}`);
    }
  }
  const listed = linksOf(index).map(({ path }) => path).filter((path) => isRecord.test(path));
  for (const path of files.filter((file) => isRecord.test(file))) {
    const times = listed.filter((other) => other === path).length;
    if (times !== 1) complaints.push(`${index}: ${path} stands in it ${times === 0 ? 'nowhere: add its line' : `${times} times`}`);
  }
  return complaints;
};
