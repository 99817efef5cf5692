import { createChangeover } from '../Changeover.js';
import type { LogRole } from '../LogRole.js';

/** A role that stands for another one, which can be replaced while writes wait and reads go on. */
export interface RoleSwitch {
  readonly role: LogRole;
  /** Lets writes wait from now on, until the given work is done; it gives the role to go on with. */
  readonly replace: (work: () => Promise<LogRole>) => Promise<void>;
}

export const createRoleSwitch = (first: LogRole): RoleSwitch => {
  let current = first;
  const changeover = createChangeover();

  const writing = <A>(write: () => Promise<A>): Promise<A> => changeover.underWay()?.then(write) ?? write();

  return {
    role: {
      name: first.name,
      append: (stream, events, expected) => writing(() => current.append(stream, events, expected)),
      setMetadata: (stream, metadata) => writing(() => current.setMetadata(stream, metadata)),
      tombstone: (stream) => writing(() => current.tombstone(stream)),
      read: (stream, options) => current.read(stream, options),
      readAll: (options) => current.readAll(options),
      readAt: (places, options) => current.readAt(places, options),
      metadata: (stream) => current.metadata(stream),
      durable: () => current.durable(),
      look: () => current.look(),
      follow: () => {
        current.follow();
      },
      close: async () => {
        await changeover.underWay();
        await current.close();
      },
    },
    replace: (work) =>
      changeover.run(async () => {
        current = await work();
      }),
  };
};
