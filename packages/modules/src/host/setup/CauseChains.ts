import type { ChangeCause } from '../../api/ports.js';
import type { ModuleChangeOptions } from '../../api/DeliveryApi.js';
import type { DeliveryRef } from '../ModuleRef.js';
import { CausationChainTooDeep, type CauseLink } from '../errors.js';

interface Link extends CauseLink {
  readonly causationId: string | undefined;
}

/** How many changes that caused others are remembered, to show a chain. */
const remembered = 4_096;

/** Tells each change that a callback makes what caused it, and ends chains that are too deep. */
export class CauseChains {
  readonly #limit: number;
  readonly #links = new Map<string, Link>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The cause of a change that the module makes. Throws {@link CausationChainTooDeep}. */
  causeOf(module: string, delivery: DeliveryRef | undefined, options: ModuleChangeOptions | undefined): ChangeCause {
    const cause: ChangeCause = {
      actor: { kind: 'module', id: module },
      ...(options?.reason === undefined ? {} : { reason: options.reason }),
      ...(options?.requestKey === undefined ? {} : { requestKey: options.requestKey }),
    };
    if (delivery === undefined) return cause;
    this.#remember(delivery);
    const depth = delivery.causationDepth + 1;
    if (depth > this.#limit) throw new CausationChainTooDeep(this.#limit, this.#chainTo(delivery.eventId));
    return {
      ...cause,
      correlationId: delivery.correlationId,
      causationId: delivery.eventId,
      causationDepth: depth,
      ...(delivery.traceparent === undefined ? {} : { traceparent: delivery.traceparent }),
      ...(delivery.tracestate === undefined ? {} : { tracestate: delivery.tracestate }),
    };
  }

  #remember({ eventId, userId, type, module, causationId }: DeliveryRef): void {
    this.#links.delete(eventId);
    this.#links.set(eventId, { eventId, userId, type, module, causationId });
    if (this.#links.size <= remembered) return;
    const oldest = this.#links.keys().next();
    if (oldest.done !== true) this.#links.delete(oldest.value);
  }

  #chainTo(eventId: string): ReadonlyArray<CauseLink> {
    const chain: Array<CauseLink> = [];
    for (let link = this.#links.get(eventId); link !== undefined && chain.length <= this.#limit; ) {
      const { causationId, ...shown } = link;
      chain.unshift(shown);
      link = causationId === undefined ? undefined : this.#links.get(causationId);
    }
    return chain;
  }
}
