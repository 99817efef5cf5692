import { Worker } from 'node:worker_threads';

/**
 * Sees from outside when this thread is kept from running anything else, says what it was busy with and, where that was
 * asked for, ends the process: also in a loop without end, of which the thread itself can tell nothing any more.
 *
 * @category model
 */
export interface StallWatchdog {
  /** Code of that name runs, until `leave`, for what stands at that position of the log (exact up to 2^53). */
  readonly enter: (name: string, position?: string) => void;
  readonly leave: () => void;
  /** Something of that name was started that goes on in turns of its own, until `ended`. */
  readonly started: (name: string) => void;
  readonly ended: (name: string) => void;
  readonly close: () => Promise<void>;
}

/** When a process counts as stalled, and what happens then. @category model */
export interface StallWatchdogOptions {
  /** What the program calls itself in its log. */
  readonly name: string;
  /** How long nothing else may run before it is said, in milliseconds. */
  readonly after: number;
  /**
   * How long nothing else may run before the process is ended by SIGKILL, in milliseconds. Time in which the process was
   * stopped or the machine slept does not count. Default: it is never ended.
   */
  readonly endAfter?: number | undefined;
}

const maxNames = 256;
/** Places in the shared memory: a count of heartbeats, who runs (1 and up; 0 is nobody), then how many are under way. */
const heartbeat = 0;
const running = 1;
const underWay = 2;
const positionBytes = Float64Array.BYTES_PER_ELEMENT;

/**
 * The other thread. It writes to the standard error itself: nothing that goes through the stalled thread would arrive. A
 * stall is counted in its own ticks, of which each counts for twice its length at most: a process that was stopped, or a
 * machine that slept, has not been busy for all that time.
 */
const watcher = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { name: program, memory, after, endAfter, tick } = workerData;
const position = new Float64Array(memory, 0, 1);
const view = new Int32Array(memory, ${String(positionBytes)});
const names = [];
parentPort.on('message', (name) => names.push(name));
let seen = -1, stalled = 0, last = performance.now(), reported = false;
setInterval(() => {
  const beat = Atomics.load(view, ${String(heartbeat)});
  const now = performance.now();
  stalled += Math.min(now - last, 2 * tick);
  last = now;
  if (beat !== seen) {
    seen = beat; stalled = 0; reported = false;
    return;
  }
  const ends = stalled >= endAfter;
  if (stalled < after || (reported && !ends)) return;
  const runs = Atomics.load(view, ${String(running)});
  const suspects = runs > 0 ? [names[runs - 1]] : names.filter((_name, i) => Atomics.load(view, ${String(underWay)} + i) > 0);
  // The machine is busy, or the program is: nothing that could be named here.
  if (suspects.length === 0) return;
  reported = true;
  const line = {
    level: ends ? 'fatal' : 'error',
    time: new Date().toISOString(),
    name: program,
    milliseconds: Math.round(stalled),
    modules: suspects.join(', '),
    ...(runs > 0 && position[0] >= 0 ? { position: String(position[0]) } : {}),
    msg: ends
      ? 'The process has been kept from doing anything else for so long that it is ended: a callback of the modules named does not give way. Restart it: what is delivered is then watched one by one, and parked if it does this again'
      : 'The process has been kept from doing anything else',
  };
  writeSync(2, JSON.stringify(line) + '\\n');
  // Nothing gentler reaches the stalled thread.
  if (ends) process.kill(process.pid, 'SIGKILL');
}, tick);
`;

/**
 * Watches this thread from another one. A stall is written to the standard error as one line of JSON, in the form of the
 * program's log, with the name of what was entered last and the position it is for or, where nothing was, the names of all
 * that is under way. Where nothing is, it says nothing and ends nothing. It keeps to the real clock and timers: what it watches is the real event loop.
 *
 * @category constructors
 */
export const stallWatchdog = ({ name: program, after, endAfter }: StallWatchdogOptions): StallWatchdog => {
  const memory = new SharedArrayBuffer(positionBytes + (underWay + maxNames) * Int32Array.BYTES_PER_ELEMENT);
  const runningAt = new Float64Array(memory, 0, 1);
  const view = new Int32Array(memory, positionBytes);
  const tick = Math.max(5, after / 4);
  const worker = new Worker(watcher, { eval: true, execArgv: [], workerData: { name: program, memory, after, endAfter: endAfter ?? Number.POSITIVE_INFINITY, tick } });
  worker.unref();
  const beat = setInterval(() => {
    Atomics.add(view, heartbeat, 1);
  }, tick);
  beat.unref();
  const indices = new Map<string, number>();
  const indexOf = (name: string): number => {
    const known = indices.get(name);
    if (known !== undefined) return known;
    // Beyond that many, the last one stands for the rest.
    const index = Math.min(indices.size, maxNames - 1);
    indices.set(name, index);
    worker.postMessage(name);
    return index;
  };
  return {
    enter: (name, position = '-1') => {
      runningAt[0] = Number(position);
      Atomics.store(view, running, indexOf(name) + 1);
    },
    leave: () => {
      Atomics.store(view, running, 0);
    },
    started: (name) => {
      Atomics.add(view, underWay + indexOf(name), 1);
    },
    ended: (name) => {
      Atomics.sub(view, underWay + indexOf(name), 1);
    },
    close: async () => {
      clearInterval(beat);
      await worker.terminate();
    },
  };
};
