import type { KeptResults } from './keptResults.js';

/** A part of the page: a heading, and what stands under it. @category model */
export interface PageSection {
  readonly title: string;
  readonly markdown: string;
}

/** The page of a run, in Markdown: what it was measured on, and a section for each thing that was. */
export const benchmarksPage = ({ date, machine, node, command, load }: KeptResults, sections: ReadonlyArray<PageSection>): string =>
  [
    '# Benchmarks',
    `Written by a command on ${date.slice(0, 10)}, Node ${node}, ${machine}:`,
    `\`\`\`sh\n${command}\n\`\`\``,
    `Each write is durable when it is answered, on the disk of the folder for temporary files. The load average at the end of the run was ${String(load)}; a run that has the machine to itself comes to about 2. More means that others were at work, which changes every number, those of flushes most: then only what is far apart says anything. What is measured, and how: [tests/benchmarks](tests/benchmarks/README.md).`,
    ...sections.flatMap(({ title, markdown }) => [`## ${title}`, markdown]),
  ].join('\n\n') + '\n';
