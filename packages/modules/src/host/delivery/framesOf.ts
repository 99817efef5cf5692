const maxFrames = 6;

/** Where an error was thrown. Never its message, which the stack begins with and which may hold account data. @category destructors */
export const framesOf = (error: Error): string | undefined => {
  const { stack, message } = error;
  if (stack === undefined) return undefined;
  // Lines of the message may look like frames.
  const header = message === '' ? -1 : stack.indexOf(message);
  const frames = stack
    .slice(header < 0 ? 0 : header + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames);
  return frames.length === 0 ? undefined : frames.map((line) => line.trim()).join('\n');
};
