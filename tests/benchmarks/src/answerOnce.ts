/** Answers the one question of the process that started this one with {@link askProcess}, and ends. */
export const answerOnce = (answer: (request: unknown) => Promise<unknown>): void => {
  process.once('message', (request: unknown) => {
    answer(request)
      .then((result) => ({ result }))
      .catch((error: unknown) => ({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
      .then((message) =>
        process.send?.(message, () => {
          process.disconnect();
        }),
      )
      .catch(() => process.exit(1));
  });
};
