/** A timer that waits in a {@link TimerQueue}. */
export interface QueuedTimer {
  /** When it is due, in milliseconds of the monotonic clock. */
  readonly due: number;
  /** Breaks ties: timers due at the same moment run in the order in which they were set. */
  readonly order: number;
  readonly background: boolean;
  readonly callback: () => void;
  cancelled: boolean;
}

const before = (left: QueuedTimer, right: QueuedTimer): boolean =>
  left.due < right.due || (left.due === right.due && left.order < right.order);

/**
 * Timers by due time, then by the order in which they were set (a binary heap; cancelled ones are dropped when met).
 *
 * @category model
 */
export interface TimerQueue {
  readonly push: (timer: QueuedTimer) => void;
  /** The next timer that was not cancelled, left in the queue. */
  readonly peek: () => QueuedTimer | undefined;
  readonly pop: () => QueuedTimer | undefined;
  /** How many foreground timers wait. */
  readonly foreground: () => number;
}

/** Makes an empty queue of timers. @category constructors */
export const createTimerQueue = (): TimerQueue => {
  const heap: Array<QueuedTimer> = [];

  const at = (index: number): QueuedTimer => {
    const timer = heap[index];
    if (timer === undefined) throw new RangeError(`No timer at ${index}.`);
    return timer;
  };

  const removeFirst = (): QueuedTimer => {
    const first = at(0);
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(at(child + 1), at(child))) child += 1;
      if (!before(at(child), last)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = last;
    return first;
  };

  const peek = (): QueuedTimer | undefined => {
    while (heap.length > 0 && at(0).cancelled) removeFirst();
    return heap[0];
  };

  return {
    push: (timer) => {
      let index = heap.push(timer) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!before(timer, at(parent))) break;
        heap[index] = at(parent);
        index = parent;
      }
      heap[index] = timer;
    },
    peek,
    pop: () => (peek() === undefined ? undefined : removeFirst()),
    foreground: () => heap.reduce((count, timer) => count + (timer.cancelled || timer.background ? 0 : 1), 0),
  };
};
