import { lookUpAll, parseWebhookConfig, payloadOf, type Receiver, receiverAt, WebhookError } from '@account-data/module-webhook';
import type { DeliveryContext, ModuleApi, OnAccountDataUpdated } from '@account-data/modules';
import { within } from '@account-data/runtime';
import { answerCall, type Caller } from './answerCall.js';
import type { HostMessage, ProgramCall, ProgramFailure, ProgramMessage } from './ProgramMessage.js';
import { PythonError } from './PythonError.js';
import type { PythonKeeper, ReadyProgram } from './PythonKeeper.js';
import { TogetherOrAlone } from './TogetherOrAlone.js';

/** A delivery that is under way. */
interface UnderWay {
  readonly context: DeliveryContext;
  /** How many changes it made. */
  changes: number;
  failed: (failure: ProgramFailure) => void;
}

/** Milliseconds until what failed has to be told, after the answer that something did: it was written before. */
const longestTelling = 5_000;

/**
 * Posts changes to the Python program, and does what the module asks for meanwhile.
 *
 * A change that was being handled when the program ended is posted once more when it runs again, this time with nothing
 * beside it: so the one that ends the program is found and fails, and those that were only beside it do not.
 *
 * @category model
 */
export class PythonDeliveries {
  readonly #api: ModuleApi;
  readonly #turns = new TogetherOrAlone();
  readonly #underWay = new Map<number, UnderWay>();
  #deliveries = 0;
  #receiver: { readonly of: ReadyProgram; readonly at: Receiver } | undefined;

  constructor(api: ModuleApi) {
    this.#api = api;
  }

  /** Does what a message of the program asks for. */
  hear(message: ProgramMessage, answer: (message: HostMessage) => void): void {
    switch (message.type) {
      case 'call':
        void answerCall(message, this.#callerOf(message)).then(answer);
        break;
      case 'failed':
        this.#underWay.get(message.delivery)?.failed(message);
        break;
      case 'log': {
        const { logger } = this.#apiOf(message.delivery);
        logger[message.level](message.message, { logger: message.logger });
        break;
      }
      default:
    }
  }

  /** Delivers one change. Rejects with a {@link PythonError} or a `WebhookError`. */
  async deliver(keeper: PythonKeeper, change: Parameters<OnAccountDataUpdated>): Promise<void> {
    const [, , , , { signal }] = change;
    for (const isAlone of [false, true]) {
      const isDone = await this.#turns.run(isAlone, async () => {
        const program = await unlessAborted(keeper.ready(), signal);
        return this.#deliverTo(program, change);
      });
      if (isDone) return;
    }
    throw new PythonError('python_ended', 'The Python program ended while it handled this change, and nothing else.');
  }

  close(): void {
    this.#receiver?.at.close();
  }

  /** False: the program ended meanwhile. */
  async #deliverTo(program: ReadyProgram, [userId, roomId, type, content, context]: Parameters<OnAccountDataUpdated>): Promise<boolean> {
    const { runtime } = this.#api;
    this.#deliveries += 1;
    const delivery = this.#deliveries;
    const failure = new Promise<ProgramFailure>((failed) => {
      this.#underWay.set(delivery, { context, changes: 0, failed });
    });
    try {
      await this.#receiverOf(program).post({
        id: context.eventId,
        time: runtime.clock.now(),
        body: JSON.stringify({ ...payloadOf(userId, roomId, type, content, context), delivery }),
        signal: context.signal,
      });
      return true;
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      if (error.code === 'webhook_unreachable') {
        // The connection broke: the program is ending, or has been told to.
        await unlessAborted(program.ended, context.signal);
        return false;
      }
      if (error.status !== 500) throw error;
      throw raised(await within(runtime, longestTelling, failure));
    } finally {
      this.#underWay.delete(delivery);
    }
  }

  #receiverOf(program: ReadyProgram): Receiver {
    if (this.#receiver?.of !== program) {
      this.#receiver?.at.close();
      const config = parseWebhookConfig({ url: `http://127.0.0.1:${String(program.port)}/`, secret: program.secret, allow_private: true });
      this.#receiver = { of: program, at: receiverAt(config, lookUpAll, this.#api.runtime.timers) };
    }
    return this.#receiver.at;
  }

  #apiOf(delivery: number | null): Caller['api'] & Pick<ModuleApi, 'logger'> {
    const underWay = delivery === null ? undefined : this.#underWay.get(delivery);
    return underWay === undefined ? this.#api : underWay.context.api;
  }

  #callerOf({ delivery }: ProgramCall): Caller {
    const underWay = delivery === null ? undefined : this.#underWay.get(delivery);
    if (underWay === undefined) return { api: this.#api, requestKey: undefined };
    return {
      api: underWay.context.api,
      requestKey: () => {
        underWay.changes += 1;
        return `${this.#api.moduleName} ${underWay.context.eventId} ${String(underWay.changes)}`;
      },
    };
  }
}

const raised = ({ error, message, place }: ProgramFailure): PythonError =>
  new PythonError('python_callback_failed', `${error}: ${message}${place === '' ? '' : ` (${place})`}`);

/** What is waited for until the delivery's time is over. */
const unlessAborted = <A>(promise: Promise<A>, signal: AbortSignal): Promise<A> =>
  new Promise((resolve, reject) => {
    const give = (): void => {
      reject(new PythonError('python_not_ready', 'The Python program was not ready in time.'));
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener('abort', give);
        resolve(value);
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error('It failed.'));
      },
    );
  });
