import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const page = 'ARCHITECTURE.md';

/** The arrows of the first mermaid picture under a heading: `a --> b & c` is two of them. */
const arrowsUnder = (text, heading) => {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const picture = /```mermaid\n([\s\S]*?)```/.exec(section.split('\n## ')[0])?.[1] ?? '';
  return picture.split('\n').flatMap((line) => {
    const [, from, to] = /^\s*(\S+) --> (.+?)\s*$/.exec(line) ?? [];
    return from === undefined ? [] : to.split(' & ').map((other) => `${from} --> ${other}`);
  });
};

/** The picture of the packages is the list that the boundaries are checked by, with every arrow, and no other. */
export const architecture = () => {
  const { allowed, programs } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs').lists;
  const drawn = arrowsUnder(readFileSync(page, 'utf8'), 'Packages');
  const listed = [
    ...Object.entries(allowed).flatMap(([name, others]) => others.map((other) => `${name} --> ${other}`)),
    ...Object.entries(programs).flatMap(([name, others]) => others.map((other) => `apps/${name} --> apps/${other}`)),
  ];
  return [
    ...listed.filter((arrow) => !drawn.includes(arrow)).map((arrow) => `${page}, "Packages": ${arrow} is allowed by .dependency-cruiser.cjs and not in the picture`),
    ...drawn.filter((arrow) => !listed.includes(arrow)).map((arrow) => `${page}, "Packages": ${arrow} is in the picture and not allowed by .dependency-cruiser.cjs`),
    ...drawn.filter((arrow, index) => drawn.indexOf(arrow) !== index).map((arrow) => `${page}, "Packages": ${arrow} is drawn twice`),
  ];
};
