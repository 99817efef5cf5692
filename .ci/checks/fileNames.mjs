import { runQuietly } from '../../.workspace/runQuietly.mjs';

const vague = /(^|\/)(utils?|common|misc|helpers?)(\.[^/]*)?(\/|$)/i;

/** A file or folder is named after what it holds. */
export const fileNames = async () => {
  const { code, output } = await runQuietly('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  if (code !== 0) return [`git ls-files failed: ${output}`];
  return output
    .trimEnd()
    .split('\n')
    .filter((path) => vague.test(path))
    .map((path) => `${path}: name it after what it holds`);
};
