/** Gives the next piece of a body, undefined at its end. Rejects with what broke it, or with the signal's reason. */
export type BodyReader = () => Promise<Uint8Array | undefined>;

/**
 * Reads the body of an answer until a signal. It does not leave that to `fetch`: the signal cancels the reader itself, for
 * on some Nodes a `fetch` whose request was collected as garbage no longer hears of its signal.
 */
export const bodyReader = (response: Response, signal: AbortSignal): BodyReader => {
  const reader = response.body?.getReader();
  if (reader === undefined) return () => Promise.resolve(undefined);
  signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
  return async () => {
    const { value } = (await reader.read()) as { readonly value?: Uint8Array };
    // A reader that was cancelled ends as one that has read everything.
    signal.throwIfAborted();
    return value;
  };
};

/** The whole body as text. */
export const bodyText = async (response: Response, signal: AbortSignal): Promise<string> => {
  const read = bodyReader(response, signal);
  const decoder = new TextDecoder();
  let text = '';
  for (let piece = await read(); piece !== undefined; piece = await read()) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};
