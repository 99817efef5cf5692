import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './isPublicAddress.js';
import { WebhookError } from './WebhookError.js';

/** Finds all addresses of a name, as `dns.promises.lookup` with `all`. @category model */
export type Resolve = (hostname: string) => Promise<ReadonlyArray<LookupAddress>>;

/**
 * A look-up for a connection about to be made: all addresses of the name are checked, and the connection is made to
 * those that were checked. There is no second look-up in between that could answer something else. A name with a
 * private address among its addresses is refused as a whole.
 */
export const checkedLookup =
  (resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    const fail = (error: Error): void => {
      callback(error, '', 0);
    };
    resolve(hostname).then((addresses) => {
      const [first] = addresses;
      if (first === undefined) {
        fail(new WebhookError('webhook_unreachable', 'The name of the webhook has no address.'));
      } else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        fail(new WebhookError('webhook_private_address', 'The name of the webhook leads to a private address.'));
      } else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    }, fail);
  };
