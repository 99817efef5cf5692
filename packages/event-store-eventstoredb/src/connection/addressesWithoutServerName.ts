import { isIP } from 'node:net';
import { credentials } from '@grpc/grpc-js';

interface Connector {
  readonly connectionOptions?: { servername?: string | undefined };
}

const method = '_createSecureConnector';

/**
 * Lets TLS connections of `@grpc/grpc-js` go without a server name where the server is named by its IP address. RFC 6066
 * (section 3) allows no address there; grpc-js 1.14.7 sends it all the same, and Node 26 refuses to. The certificate is
 * checked against the address as before, which grpc-js hands over as the host.
 */
export const leaveAddressesOutOfServerNames = (): void => {
  const prototype = Object.getPrototypeOf(credentials.createSsl()) as object;
  const create: unknown = Reflect.get(prototype, method);
  if (typeof create !== 'function' || patched.has(create)) return;
  const createWithout = function (this: unknown, ...args: ReadonlyArray<unknown>): Connector {
    const connector = Reflect.apply(create, this, args) as Connector;
    const options = connector.connectionOptions;
    if (options?.servername !== undefined && isIP(options.servername) !== 0) options.servername = undefined;
    return connector;
  };
  patched.add(createWithout);
  Reflect.set(prototype, method, createWithout);
};

const patched = new WeakSet<object>();
