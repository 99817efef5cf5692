export type { Resolve } from './checkedLookup.js';
export type { WebhookConfig } from './WebhookConfig.js';
export { WebhookError, type WebhookErrorCode } from './WebhookError.js';
export { module, webhookModule, type WebhookPayload } from './webhook.js';
