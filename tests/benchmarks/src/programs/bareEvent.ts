import { systemRuntime } from '@account-data/runtime';
import { contentOf } from '../workload.js';

/** An event as a hand-written log has it. @category model */
export interface BareEvent {
  readonly id: string;
  readonly type: 'AccountDataUpdated';
  readonly stream: string;
  readonly revision: number;
  readonly created: number;
  readonly data: {
    readonly userId: string;
    readonly roomId: string | null;
    readonly type: string;
    readonly content: object;
  };
  readonly metadata: object;
}

/** The n-th event of a log, with what ours records too: who, when, which request. @category constructors */
export const bareEvent = (n: number, userId: string, type: string, revision: number): BareEvent => {
  const id = systemRuntime.random.uuid();
  return {
    id,
    type: 'AccountDataUpdated',
    stream: `account_data-${userId}`,
    revision,
    created: systemRuntime.clock.now(),
    data: { userId, roomId: null, type, content: contentOf(n) },
    metadata: { schemaVersion: 1, actor: { kind: 'user', id: userId }, $correlationId: id, origin: 'api' },
  };
};
