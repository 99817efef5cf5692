/** How an error came to be nobody's: a promise that was rejected and is not waited for, or an exception that nothing caught. @category model */
export type StrayKind = 'rejection' | 'exception';

/** Told of an error that nobody handles. False: nothing is known that would contain it, and the process ends. @category model */
export type StrayListener = (thrown: unknown, kind: StrayKind) => boolean;

/**
 * Has the listener told of errors in this process that nobody handles, each in the asynchronous context it was thrown in,
 * in the place of Node's own report: that one prints the message, which may hold what is in no log. What the listener does
 * not contain ends the process with 1.
 *
 * @category interpreters
 */
export const onStrayErrors = (listener: StrayListener): void => {
  const tell = (kind: StrayKind) => (thrown: unknown): void => {
    if (!listener(thrown, kind)) process.exit(1);
  };
  process.on('unhandledRejection', tell('rejection'));
  process.on('uncaughtException', tell('exception'));
};
