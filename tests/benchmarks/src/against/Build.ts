import { spawn } from 'node:child_process';

/** One figure as a build's own benchmarks measured it. @category model */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly baseline: number;
}

/** A checkout that is built, whose benchmarks can be run. @category model */
export interface Build {
  /** What to call it: `now`, or the commit. */
  readonly name: string;
  readonly path: string;
}

const isMeasurement = (value: unknown): value is Measurement =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'unit' in value &&
  typeof value.unit === 'string' &&
  'ours' in value &&
  typeof value.ours === 'number' &&
  'baseline' in value &&
  typeof value.baseline === 'number';

/** The lines of `--json`. */
export const readMeasurements = (output: string): ReadonlyArray<Measurement> =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line))
    .filter(isMeasurement);

/** Runs a program in a folder; its standard output. Rejects with what it printed where it fails. */
export const runIn = (path: string, command: string, args: ReadonlyArray<string>, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    // Ended by SIGTERM, the programs remove what they wrote.
    const child = spawn(command, args, { cwd: path, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { standard: '', errors: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.standard += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.errors += text));
    let failure: unknown;
    child.once('error', (error) => (failure = error));
    child.once('close', (code) => {
      if (failure === undefined && code === 0) resolve(output.standard);
      else reject(new Error(`\`${[command, ...args].join(' ')}\` in ${path} ended with ${String(code)}:\n${output.errors.trimEnd()}`, { cause: failure }));
    });
  });
