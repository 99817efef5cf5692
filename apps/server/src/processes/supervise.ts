import { pause, systemRuntime } from '@account-data/runtime';
import cluster, { type Worker } from 'node:cluster';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { placeText, placeVariable } from './ProcessPlace.js';
import { hearsWord, readyWord, type SupervisorWord } from './supervised.js';

/** One of the processes, and the one that takes its place when it has died. */
interface Seat {
  readonly index: number;
  worker: Worker;
  /** What it has been told, which it hears once it listens: `node:cluster` keeps no message that comes before (findings/cluster-loses-early-messages.sh). */
  told: Array<SupervisorWord>;
  /** Resolved when it is there, or with its exit code where it ended before. */
  ready: Promise<number | undefined>;
  exited: Promise<void>;
}

const send = (worker: Worker, word: SupervisorWord): void => {
  if (worker.isConnected()) worker.send(word);
};

/** A process that died while it started is begun again after this long, in milliseconds. */
const breath = 1_000;

/**
 * Runs a server of several processes, this program each: the owner of the log first, then the others. One that dies is replaced; one
 * that says by its exit code that it can't start ends all. Listens itself, and hands connections out in turn (`node:cluster`).
 *
 * @returns the exit code, when all have ended
 */
export const supervise = async (count: number, stopped: AbortSignal, logger: Logger): Promise<number> => {
  const sockets = await mkdtemp(join(tmpdir(), 'account-data-'));
  const seats: Array<Seat> = [];
  let exitCode = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const isStopping = (): boolean => stopped.aborted || exitCode !== 0;
  const giveUp = (code: number): void => {
    exitCode = code;
    finish();
  };

  const begin = (index: number): Omit<Seat, 'index'> => {
    const worker = cluster.fork({ [placeVariable]: placeText({ index, count, sockets }) });
    const told: Array<SupervisorWord> = [];
    worker.on('message', (word) => {
      if (word === hearsWord) for (const earlier of told) send(worker, earlier);
    });
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', () => { resolve(); });
    });
    const ready = new Promise<number | undefined>((resolve) => {
      worker.on('message', (word) => {
        if (word === readyWord) resolve(undefined);
      });
      worker.once('exit', (code: number | null) => { resolve(code ?? -1); });
    });
    return { worker, told, ready, exited };
  };

  /** Keeps a seat taken until all stop. */
  const keep = async (seat: Seat): Promise<void> => {
    for (;;) {
      const code = await seat.ready;
      await seat.exited;
      if (isStopping()) return;
      if (code !== undefined && code > 0) {
        giveUp(code);
        return;
      }
      logger.error({ process: seat.index, pid: seat.worker.process.pid, exitCode: seat.worker.process.exitCode, signal: seat.worker.process.signalCode }, 'A process of the server has ended, and is replaced');
      if (code !== undefined) await pause(systemRuntime, breath);
      if (isStopping()) return;
      Object.assign(seat, begin(seat.index));
    }
  };

  const take = (index: number): Seat => {
    const seat: Seat = { index, ...begin(index) };
    seats.push(seat);
    void keep(seat);
    return seat;
  };

  const tell = ({ worker, told }: Seat, word: SupervisorWord): void => {
    told.push(word);
    send(worker, word);
  };
  const stop = async (some: ReadonlyArray<Seat>): Promise<void> => {
    for (const seat of some) tell(seat, 'stop');
    await Promise.all(some.map(({ exited }) => exited));
  };

  stopped.addEventListener('abort', finish, { once: true });
  if (stopped.aborted) finish();
  try {
    const owner = take(0);
    const first = await Promise.race([owner.ready, finished]);
    if (first === undefined && !isStopping()) {
      for (let index = 1; index < count; index += 1) take(index);
      await finished;
    } else if (!isStopping()) await finished;
    // All end what only waits; then the others finish what they passed on, while the owner still answers.
    for (const seat of seats) tell(seat, 'drain');
    await stop(seats.slice(1));
    await stop(seats.slice(0, 1));
    return exitCode;
  } finally {
    await rm(sockets, { recursive: true, force: true });
  }
};
