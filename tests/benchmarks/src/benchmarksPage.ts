import type { KeptResults } from './keptResults.js';

/** A part of the page: a heading, and what stands under it. @category model */
export interface PageSection {
  readonly title: string;
  readonly markdown: string;
}

/** The page of a run, in Markdown: what it was measured on, and a section for each thing that was. */
export const benchmarksPage = ({ date, machine, node, command }: KeptResults, sections: ReadonlyArray<PageSection>): string =>
  [
    '# Benchmarks',
    `Written by a command on ${date.slice(0, 10)}, Node ${node}, ${machine}:`,
    `\`\`\`sh\n${command}\n\`\`\``,
    'Each write is durable when it is answered, on the disk of the folder for temporary files: a machine that others work on, or a disk that others write to, changes every number. What is measured, and how: [tests/benchmarks](tests/benchmarks/README.md).',
    ...sections.flatMap(({ title, markdown }) => [`## ${title}`, markdown]),
  ].join('\n\n') + '\n';
