import { promises as dns } from 'node:dns';
import type { DeliveryContext, ModuleDefinition } from '@account-data/modules';
import { type JsonObject, timeText } from '@account-data/domain';
import type { Resolve } from './checkedLookup.js';
import { receiverAt } from './postSigned.js';
import { type WebhookConfig, parseWebhookConfig } from './WebhookConfig.js';

/**
 * What is posted, in the form that the Standard Webhooks specification recommends. Revisions and positions are decimal
 * strings, since they don't fit a JSON number everywhere.
 *
 * @category model
 */
export interface WebhookPayload {
  readonly type: 'account_data.updated';
  /** When the change was recorded, as `2026-01-31T12:00:00.000Z`. */
  readonly timestamp: string;
  readonly data: {
    /** The key for idempotent effects; also the header `webhook-id`. */
    readonly event_id: string;
    readonly user_id: string;
    readonly room_id: string | null;
    readonly type: string;
    /** `{}` is a deletion. */
    readonly content: JsonObject;
    readonly revision: string;
    readonly position: string;
    readonly actor: { readonly kind: string; readonly id: string };
    readonly reason: string | null;
    readonly correlation_id: string;
    readonly causation_id: string | null;
    readonly is_replay: boolean;
    readonly epoch: number;
  };
}

/** What is posted of a change. @category constructors */
export const payloadOf = (
  userId: string,
  roomId: string | null,
  type: string,
  content: JsonObject,
  context: DeliveryContext,
): WebhookPayload => ({
  type: 'account_data.updated',
  timestamp: timeText(context.time),
  data: {
    event_id: context.eventId,
    user_id: userId,
    room_id: roomId,
    type,
    content,
    revision: context.revision.toString(),
    position: context.position.toString(),
    actor: context.actor,
    reason: context.reason ?? null,
    correlation_id: context.correlationId,
    causation_id: context.causationId ?? null,
    is_replay: context.isReplay,
    epoch: context.epoch,
  },
});

/** All addresses that the system's resolver has for a name. @category constructors */
export const lookUpAll: Resolve = (hostname) => dns.lookup(hostname, { all: true });

/** The module with another way to find addresses. @category constructors */
export const webhookModule = (resolve: Resolve = lookUpAll): ModuleDefinition<WebhookConfig> => ({
  name: 'webhook',
  parseConfig: parseWebhookConfig,
  secrets: ['url', 'secret'],
  setUp: (config, api) => {
    const receiver = receiverAt(config, resolve, api.runtime.timers);
    api.onStop(receiver.close);
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (userId, roomId, type, content, context) =>
        receiver.post({
          id: context.eventId,
          time: api.runtime.clock.now(),
          body: JSON.stringify(payloadOf(userId, roomId, type, content, context)),
          signal: context.signal,
        }),
    });
  },
});

/**
 * Posts each change of account data as JSON, signed as the Standard Webhooks specification says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). What is not answered
 * with 2xx has failed, and is tried again by the module's policy in the configuration.
 *
 * @category module
 */
export const module: ModuleDefinition<WebhookConfig> = webhookModule();
