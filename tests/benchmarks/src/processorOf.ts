import { readFile } from 'node:fs/promises';

/** Clock ticks of `/proc/PID/stat`, a hundred a second on every Linux, in microseconds. */
const tick = 10_000;

/** The processor time of a process that is none of ours, in microseconds; NaN where the system does not tell. */
export const processorOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  // Behind the name, which may hold anything, the 12th and 13th fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tick;
};

/** The same of a process and of all that it started and that still run. */
export const processorOfAll = async (pid: number): Promise<number> => {
  const started = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').catch(() => '');
  const times = await Promise.all([processorOf(pid), ...started.split(' ').filter((text) => text !== '').map((text) => processorOfAll(Number(text)))]);
  return times.reduce((sum, time) => sum + time, 0);
};
