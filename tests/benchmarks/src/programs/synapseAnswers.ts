import { median } from '../median.js';
import type { Program, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf } from '../workload.js';
import { followTables } from './followTables.js';
import { openEngine } from './openEngine.js';

type Work = Extract<Program, { readonly _tag: 'SynapseAnswers' }>;

const type = 'org.example.settings';

/** Changes account data at a real Synapse, one at a time, and hears of each in the feed of the log that follows it. */
export const synapseAnswers = async ({ database, url, asker, measured }: Work, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const open = await openEngine(folder);
  const follow = followTables(open, database, 'follow_latency');
  await follow.until(({ health }) => health().phase === 'following');
  const stopped = new AbortController();
  const waiting = new Map<number, (at: number) => void>();
  const reading = (async (): Promise<void> => {
    for await (const item of open.engine.feed({ after: 'now', signal: stopped.signal })) {
      if (item._tag !== 'AccountDataUpdated') continue;
      const at = clock.monotonic();
      waiting.get(Number(item.content['n']))?.(at);
    }
  })();
  let n = 0;
  const change = async (): Promise<number> => {
    n += 1;
    const heard = new Promise<number>((resolve) => waiting.set(n, resolve));
    const start = clock.monotonic();
    const answer = await fetch(`${url}/_matrix/client/v3/user/${encodeURIComponent(asker.userId)}/account_data/${type}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${asker.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(contentOf(n)),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`Synapse answered ${String(answer.status)}.`);
    const answered = clock.monotonic();
    const at = await heard;
    waiting.delete(n);
    // What came before the answer took no time after it.
    return measured === 'answer' ? answered - start : Math.max(0, at - answered);
  };
  return {
    round: async (seconds) => {
      const times: Array<number> = [];
      for (const end = clock.monotonic() + seconds * 1_000; clock.monotonic() < end; ) times.push(await change());
      return { operations: times.length, value: median(times) };
    },
    close: async () => {
      stopped.abort();
      await reading;
      await follow.close();
      await open.close();
    },
  };
};
