import { systemRuntime } from '@account-data/runtime';
import { readFile } from 'node:fs/promises';

const sampleInterval = 50;

/** The memory of a process that is not of files, in megabytes; undefined where the system does not tell. */
const anonymousMemory = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6;
};

/**
 * Watches the anonymous memory of another process, all its threads, until it is stopped; gives the most it was. From
 * outside, since a process that is busy looks too seldom.
 */
export const watchMemory = (pid: number): (() => number | undefined) => {
  let peak: number | undefined;
  let cancel = (): void => undefined;
  const sample = (): void => {
    cancel = systemRuntime.timers.setBackgroundTimeout(sample, sampleInterval);
    void anonymousMemory(pid).then((now) => {
      if (now !== undefined) peak = Math.max(peak ?? 0, now);
    });
  };
  sample();
  return () => {
    cancel();
    return peak;
  };
};
