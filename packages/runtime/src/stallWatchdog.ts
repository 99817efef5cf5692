import { Worker } from 'node:worker_threads';

/**
 * Sees from outside when this thread is kept from running anything else, and says what it was busy with: also of a loop
 * without end, of which the thread itself can tell nothing any more.
 *
 * @category model
 */
export interface StallWatchdog {
  /** Code of that name runs, until `leave`. */
  readonly enter: (name: string) => void;
  readonly leave: () => void;
  /** Something of that name was started that goes on in turns of its own, until `ended`. */
  readonly started: (name: string) => void;
  readonly ended: (name: string) => void;
  readonly close: () => Promise<void>;
}

/** @category model */
export interface StallWatchdogOptions {
  /** What the program calls itself in its log. */
  readonly name: string;
  /** How long nothing else may run, in milliseconds. */
  readonly after: number;
}

const maxNames = 256;
/** Places in the shared memory: a count of heartbeats, who runs (1 and up; 0 is nobody), then how many are under way. */
const heartbeat = 0;
const running = 1;
const underWay = 2;

/** The other thread. It writes to the standard error itself: nothing that goes through the stalled thread would arrive. */
const watcher = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { name: program, memory, after } = workerData;
const view = new Int32Array(memory);
const names = [];
parentPort.on('message', (name) => names.push(name));
let seen = -1, since = performance.now(), last = since, reported = false;
setInterval(() => {
  const beat = Atomics.load(view, ${String(heartbeat)});
  const now = performance.now();
  const slept = now - last > 2 * after; // The whole process was stopped.
  last = now;
  if (beat !== seen || slept) {
    seen = beat; since = now; reported = false;
    return;
  }
  if (reported || now - since < after) return;
  const runs = Atomics.load(view, ${String(running)});
  const suspects = runs > 0 ? [names[runs - 1]] : names.filter((_name, i) => Atomics.load(view, ${String(underWay)} + i) > 0);
  // The machine is busy, or the program is: nothing that could be named here.
  if (suspects.length === 0) return;
  reported = true;
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    name: program,
    milliseconds: Math.round(now - since),
    modules: suspects.join(', '),
    msg: 'The process has been kept from doing anything else',
  };
  writeSync(2, JSON.stringify(line) + '\\n');
}, Math.max(5, after / 4));
`;

/**
 * Watches this thread from another one. A stall is written to the standard error as one line of JSON, in the form of the
 * program's log, with the name of what was entered last or, where nothing was, the names of all that is under way. Where
 * nothing is, it says nothing. It keeps to the real clock and timers: what it watches is the real event loop.
 *
 * @category constructors
 */
export const stallWatchdog = ({ name: program, after }: StallWatchdogOptions): StallWatchdog => {
  const memory = new SharedArrayBuffer((underWay + maxNames) * Int32Array.BYTES_PER_ELEMENT);
  const view = new Int32Array(memory);
  const worker = new Worker(watcher, { eval: true, execArgv: [], workerData: { name: program, memory, after } });
  worker.unref();
  const beat = setInterval(() => {
    Atomics.add(view, heartbeat, 1);
  }, after / 4);
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
    enter: (name) => {
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
