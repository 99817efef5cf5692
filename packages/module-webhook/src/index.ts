export type { Resolve } from './checkedLookup.js';
export { type Receiver, type SignedPost, receiverAt } from './postSigned.js';
export { type WebhookConfig, parseWebhookConfig } from './WebhookConfig.js';
export { WebhookError, type WebhookErrorCode } from './WebhookError.js';
export { lookUpAll, module, payloadOf, webhookModule, type WebhookPayload } from './webhook.js';
