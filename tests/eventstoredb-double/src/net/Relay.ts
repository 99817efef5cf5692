import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How long it waits for its own port to be free again, in milliseconds. */
const patience = 20_000;

/** Undefined once the server listens, else why it does not. */
const listening = (server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });

/**
 * A TCP relay on 127.0.0.1 in front of a server: the network between client and server, which can break, fall silent, or
 * let nobody through.
 */
export class Relay {
  readonly #target: () => number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #frozen = false;
  #accepted = 0;

  constructor(target: () => number) {
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  /** How many connections were made to it so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Listens: the first time on this port (0 for any free one), later always on the same. */
  async listen(port = 0): Promise<void> {
    const wanted = this.#port === 0 ? port : this.#port;
    const end = Date.now() + patience;
    for (;;) {
      const server = createServer((socket) => {
        this.#accepted += 1;
        this.#carry(socket);
      });
      const taken = await listening(server, wanted);
      if (taken === undefined) {
        this.#server = server;
        break;
      }
      // Meanwhile a connection of somebody's, or of a client's to itself, may have been given the port.
      if (taken.code !== 'EADDRINUSE' || this.#port === 0 || Date.now() > end) throw taken;
      await setTimeout(50);
    }
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
    this.#sockets.clear();
  }

  /** Goes on accepting connections, and carries nothing: a network that swallows, or a node that hangs. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Breaks every connection and accepts no new one, until it listens again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => { resolve(); });
    });
    this.cut();
    await closed;
  }

  #carry(client: Socket): void {
    const server = connect(this.#target(), '127.0.0.1');
    client.setNoDelay(true);
    server.setNoDelay(true);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => {
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => {
        if (!this.#frozen) from.resume();
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#frozen) from.pause();
    }
  }
}
