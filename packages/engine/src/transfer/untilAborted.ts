/**
 * The same items, until the signal is aborted: then it ends at once, also while it waits for an item that does not come.
 * Such a source is left to end by itself.
 */
export async function* untilAborted<A>(
  items: AsyncIterable<A> | Iterable<A>,
  signal: AbortSignal | undefined,
): AsyncGenerator<A, void, void> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let wake = (): void => undefined;
  const onAbort = (): void => {
    wake();
  };
  let isWaiting = false;
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      isWaiting = true;
      const next = await new Promise<IteratorResult<A> | undefined>((resolve, reject) => {
        wake = () => {
          resolve(undefined);
        };
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (next === undefined) return;
      isWaiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // A generator that waits takes this up only when what it waits for has come.
    const left = Promise.resolve(iterator.return?.());
    if (isWaiting) left.catch(() => undefined);
    else await left;
  }
}
