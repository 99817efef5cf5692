/** How long a test waits for what must happen sooner or later, in milliseconds. */
export const patience = 60_000;

/**
 * Asks again and again until there is an answer other than undefined. `what`: what is waited for; or tells, when it was in
 * vain, what there is instead.
 *
 * @throws {Error} that names what was waited for, after a generous time.
 */
export const waitUntil = async <A>(
  what: string | (() => string | Promise<string>),
  ask: () => A | undefined | Promise<A | undefined>,
  time: number = patience,
): Promise<A> => {
  const end = performance.now() + time;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`Waited ${time} ms in vain: ${typeof what === 'string' ? what : await what()}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
