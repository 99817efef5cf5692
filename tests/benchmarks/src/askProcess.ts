import { fork } from 'node:child_process';
import { watchMemory } from './watchMemory.js';

/** What a process answered, and the most anonymous memory it had, in megabytes; undefined where the system does not tell. */
export interface Answer<A> {
  readonly result: A;
  readonly memory: number | undefined;
}

/** Starts a program that uses {@link answerOnce}, asks it one thing, and waits for the answer. @throws what it failed with */
export const askProcess = async <A>(program: string, request: object, signal: AbortSignal): Promise<Answer<A>> => {
  // What a library prints to its standard output is no result.
  const child = fork(program, { stdio: ['ignore', 'ignore', 2, 'ipc'], execArgv: [...process.execArgv], signal, killSignal: 'SIGKILL' });
  const peak = watchMemory(child.pid ?? 0);
  try {
    const answer = await new Promise<{ readonly result: A } | { readonly failed: string }>((resolve, reject) => {
      child.once('message', (message: { readonly result: A } | { readonly failed: string }) => {
        resolve(message);
      });
      child.once('error', reject);
      child.once('exit', () => {
        reject(new Error('The process ended before it answered.'));
      });
      child.send(request);
    });
    if ('failed' in answer) throw new Error(answer.failed);
    return { result: answer.result, memory: peak() };
  } finally {
    peak();
  }
};
