import { isIP } from 'node:net';
import { ConfigError, readSettings } from '@account-data/modules';
import { Webhook } from 'standardwebhooks';
import { isPublicAddress } from './isPublicAddress.js';

/** The config of the module, checked. @category model */
export interface WebhookConfig {
  readonly url: URL;
  /** Signs what is posted. */
  readonly signer: Webhook;
  /** Receivers may be on this machine or a private network, and be spoken to over plain HTTP. */
  readonly allowPrivate: boolean;
}

/** Throws a `ConfigError`; it never shows the URL or the secret. @category interpreters */
export const parseWebhookConfig = (config: unknown): WebhookConfig => {
  const read = readSettings(config, ['url', 'secret', 'allow_private'], 'a mapping with url and secret');
  if (read._tag === 'Left') throw read.left;
  const values = read.right;
  const allowPrivate = values.get('allow_private') ?? false;
  if (typeof allowPrivate !== 'boolean') throw new ConfigError('must be true or false', ['allow_private']);
  return { url: parseUrl(values.get('url'), allowPrivate), signer: parseSecret(values.get('secret')), allowPrivate };
};

const parseUrl = (value: unknown, allowPrivate: boolean): URL => {
  const fail = (problem: string): never => {
    throw new ConfigError(problem, ['url']);
  };
  if (value === undefined || value === null) return fail("'url' is required");
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : fail('must be a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return fail('must be an https:// URL');
  if (url.username !== '' || url.password !== '') return fail('must not hold a name or password: the signature tells who sends');
  if (url.protocol === 'http:' && !allowPrivate) {
    return fail('must be an https:// URL: account data is sent to it. allow_private: true allows http:// for testing');
  }
  const host = hostOf(url);
  if (isIP(host) !== 0 && !allowPrivate && !isPublicAddress(host)) {
    return fail('leads to a private address. allow_private: true allows that');
  }
  url.hash = '';
  return url;
};

const parseSecret = (value: unknown): Webhook => {
  const fail = (problem: string): never => {
    throw new ConfigError(problem, ['secret']);
  };
  if (value === undefined || value === null) return fail("'secret' is required");
  const secret = typeof value === 'string' ? /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1] : undefined;
  const bytes = secret === undefined ? 0 : Buffer.from(secret, 'base64').length;
  // Sizes as the Standard Webhooks specification has them.
  if (secret === undefined || bytes < 24 || bytes > 64) {
    return fail('must be whsec_ and the Base64 of 24 to 64 random bytes. Make one with: echo "whsec_$(openssl rand -base64 32)"');
  }
  return new Webhook(secret);
};

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
