import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '@account-data/runtime';
import { startClusterDouble, startEventStoreDbDouble, type TlsFiles } from '@account-data/tests-eventstoredb-double';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkEventStoreDb, type EventStoreDbOptions, openEventStoreDbEventStore } from '../src/index.js';
import { eventually, left, newEvents, openStore, quick, right, roundTrip, stream, watch, withServer } from './support/withServer.js';

interface Certificates {
  readonly folder: string;
  readonly server: TlsFiles;
  readonly ca: string;
  readonly otherCa: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

const makeCertificates = async (): Promise<Certificates> => {
  const extensions = [
    { name: 'basicConstraints' as const, cA: true, critical: true },
    { name: 'keyUsage' as const, digitalSignature: true, keyCertSign: true },
    { name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }, { type: 2 as const, value: 'localhost' }] },
  ];
  const options = { keyType: 'ec' as const, algorithm: 'sha256', extensions, clientCertificate: true };
  const own = await generate([{ name: 'commonName', value: 'localhost' }], options);
  const other = await generate([{ name: 'commonName', value: 'elsewhere' }], options);
  const folder = mkdtempSync(join(tmpdir(), 'account-data-tls-'));
  const write = (name: string, text: string | undefined): string => {
    writeFileSync(join(folder, name), text ?? '');
    return join(folder, name);
  };
  return {
    folder,
    server: { certificate: Buffer.from(own.cert), key: Buffer.from(own.private) },
    ca: write('ca file.pem', own.cert),
    otherCa: write('other.pem', other.cert),
    clientCert: write('client.pem', own.clientcert),
    clientKey: write('client.key', own.clientprivate),
  };
};

describe('an address with a name of KurrentDB', () => {
  it.each(['kurrentdb', 'kurrentdb+discover', 'esdb+discover'])('%s:// leads to the server', async (scheme) => {
    const server = await startEventStoreDbDouble({ version: '26.1.0-prerelease' });
    try {
      const connectionString = server.connectionString.replace('esdb', scheme);
      await roundTrip(connectionString);
      const findings = await checkEventStoreDb({ connectionString, runtime: systemRuntime, timeouts: quick });
      expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('its version is 26.1.0-prerelease.')]);
    } finally {
      await server.stop();
    }
  });
});

describe('a connection over TLS', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => {
    rmSync(certificates.folder, { recursive: true });
  });

  it('trusts the CA file of the connection string', async () => {
    const server = await startEventStoreDbDouble({ tls: certificates.server });
    await roundTrip(`esdb://127.0.0.1:${server.port}?tlsCaFile=${encodeURIComponent(certificates.ca)}`);
    await server.stop();
  });

  it('trusts the CA file that is given beside it', async () => {
    const server = await startEventStoreDbDouble({ tls: certificates.server });
    await roundTrip(server.connectionString, { tlsCaFile: certificates.ca });
    await server.stop();
  });

  it('does not trust another one, and says why it is not connected', async () => {
    const server = await startEventStoreDbDouble({ tls: certificates.server });
    const store = openStore(server.connectionString, { tlsCaFile: certificates.otherCa, timeouts: { ...quick, append: 500 } });
    expect(await left(store.append(stream('s'), newEvents(1), 'any'))).toMatchObject({
      _tag: 'StoreUnavailable',
      message: expect.stringMatching(/certificate/i) as string,
    });
    await store.close();
    await server.stop();
  });

  it('trusts anything where it was told not to verify', async () => {
    const server = await startEventStoreDbDouble({ tls: certificates.server });
    await roundTrip(`${server.connectionString}&tlsVerifyCert=false`);
    await server.stop();
  });

  it('shows a user certificate, and is refused without one', async () => {
    const server = await startEventStoreDbDouble({ tls: { ...certificates.server, clientCa: certificates.server.certificate } });
    const { ca, clientCert, clientKey } = certificates;
    await roundTrip(server.connectionString, { tlsCaFile: ca, userCertFile: clientCert, userKeyFile: clientKey });
    const store = openStore(server.connectionString, { tlsCaFile: ca, timeouts: { ...quick, read: 500 } });
    expect(await left(store.head())).toMatchObject({ _tag: 'StoreUnavailable' });
    await store.close();
    await server.stop();
  });

  it('sends credentials, also those with signs that a URL would take apart', async () => {
    const password = 'p@ss:w/o?rd&%ü';
    const server = await startEventStoreDbDouble({ tls: certificates.server, users: { admin: password } });
    const tls = `tlsCaFile=${encodeURIComponent(certificates.ca)}`;
    await roundTrip(`esdb://admin:${encodeURIComponent(password)}@127.0.0.1:${server.port}?${tls}`);
    await server.stop();
  });

  it('with a wrong password is refused, and the password is in no message', async () => {
    const server = await startEventStoreDbDouble({ tls: certificates.server, users: { admin: 'right' } });
    const options = { tlsCaFile: certificates.ca, credentials: { username: 'admin', password: 'hunter2-wrong' } };
    const store = openStore(server.connectionString, options);
    const errors = [await left(store.append(stream('s'), newEvents(1), 'any')), await left(store.head()), await left(store.tombstone(stream('s')))];
    for (const error of errors) {
      expect(error).toMatchObject({ _tag: 'AccessDenied', code: 'store_access_denied' });
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
    const findings = await checkEventStoreDb({ connectionString: server.connectionString, runtime: systemRuntime, timeouts: quick, ...options });
    expect(findings.map(({ code }) => code)).toEqual(['not_authenticated']);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
    await store.close();
    await server.stop();
  });

  it('says which file it can not read', () => {
    const missing = join(certificates.folder, 'missing.pem');
    expect(() => openStore('esdb://127.0.0.1:1', { tlsCaFile: missing })).toThrow(`(ENOENT): ${missing}`);
  });
});

describe('a connection to a cluster', () => {
  it('finds the leader among several hosts', async () => {
    const cluster = await startClusterDouble(3);
    cluster.elect(2);
    await roundTrip(cluster.connectionString);
    await cluster.stop();
  });

  it('finds the leader by gossip from one name', async () => {
    const cluster = await startClusterDouble(3);
    cluster.elect(1);
    await roundTrip(`esdb+discover://localhost:${cluster.nodes[0]?.port}?tls=false`);
    await cluster.stop();
  });

  it('goes on with the hosts that are there', async () => {
    const cluster = await startClusterDouble(3);
    cluster.elect(2);
    await cluster.kill(0);
    await roundTrip(`${cluster.connectionString}&gossipTimeout=1`);
    await cluster.stop();
  });

  it('is led from a follower that was named alone to the leader', async () => {
    const cluster = await startClusterDouble(2);
    await roundTrip(`esdb://127.0.0.1:${cluster.nodes[1]?.port}?tls=false`);
    await cluster.stop();
  });

  it('reads from a follower where followers are preferred, and still writes', async () => {
    const cluster = await startClusterDouble(2);
    const store = openStore(`${cluster.connectionString}&nodePreference=follower`);
    const watched = watch(store, { prefixes: ['s'] });
    await eventually('it to be live', () => watched.subscription.health()._tag === 'Live');
    expect(cluster.nodes.map(({ traffic }) => traffic.reads)).toEqual([0, 1]);
    await right(store.append(stream('s'), newEvents(2), 'no-stream'));
    await eventually('both events', () => watched.ids().length === 2);
    await store.close();
    await cluster.stop();
  });
});

describe('closing a store', () => {
  it('that never connected is at once', async () => {
    const store = openStore('esdb://127.0.0.1:1?tls=false');
    await store.close();
    expect(await left(store.head())).toEqual({ _tag: 'StoreClosed', code: 'store_closed' });
  });

  it(
    'waits for an append whose outcome is being found out',
    withServer({}, async (server, store) => {
      server.faults.add({ on: 'append', times: 2, fault: { kind: 'drop-answer' } });
      const pending = right(store.append(stream('s'), newEvents(1), 'no-stream'));
      await store.close();
      expect(await pending).toMatchObject({ revision: '0' });
    }),
  );
});

describe('what the connection string says', () => {
  it('that means nothing here is logged, and credentials are not', async () => {
    const lines: Array<string> = [];
    const store = openEventStoreDbEventStore({
      connectionString: 'esdb://admin:hunter2@127.0.0.1:1?tls=false&defaultDeadline=5&frobnicate=yes',
      runtime: systemRuntime,
      logger: { log: (level, message, fields) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`) },
    });
    expect(lines).toEqual([
      'warn An option of the EventStoreDB connection string means nothing here {"option":"defaultDeadline"}',
      'warn An option of the EventStoreDB connection string means nothing here {"option":"frobnicate"}',
      'warn Credentials are not sent to EventStoreDB over a connection without TLS {}',
    ]);
    await store.close();
  });
});

describe('checkEventStoreDb', () => {
  const check = (connectionString: string, options: Partial<EventStoreDbOptions> = {}): ReturnType<typeof checkEventStoreDb> =>
    checkEventStoreDb({ connectionString, runtime: systemRuntime, timeouts: quick, ...options });

  it(
    'finds nothing wrong, tells the version, and writes nothing',
    withServer({ version: '24.10.4' }, async (server) => {
      const before = server.log.records.length;
      const findings = await check(server.connectionString, { prefix: 'staging-' });
      expect(findings).toEqual([{ severity: 'info', code: 'connected', message: expect.stringContaining('24.10.4') as string }]);
      expect(server.log.records).toHaveLength(before);
      await eventually('all calls to be closed', () => server.traffic.reads + server.traffic.appends === 0);
    }),
  );

  const denials = [
    ['may_not_read_all', 'error', ({ stream: name }: { stream: string }) => name !== '$all'],
    ['may_not_append', 'error', ({ action, stream: name }: { action: string; stream: string }) => action !== 'write' || name.startsWith('$$')],
    ['may_not_set_metadata', 'error', ({ action, stream: name }: { action: string; stream: string }) => action !== 'write' || !name.startsWith('$$')],
    ['may_not_delete', 'warning', ({ action }: { action: string }) => action !== 'delete'],
  ] as const;
  for (const [code, severity, isAllowed] of denials) {
    it(
      `finds that the account ${code.replaceAll('_', ' ')}, and nothing else`,
      withServer({ isAllowed }, async (server) => {
        const findings = await check(server.connectionString);
        expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([
          ['connected', 'info'],
          [code, severity],
        ]);
      }),
    );
  }

  it(
    'finds that the version is too old, that credentials are not sent, and options that mean nothing',
    withServer({ version: '21.10.8' }, async (server) => {
      const findings = await check(server.connectionString.replace('esdb://', 'esdb://me:pw@').concat('&frobnicate=1'));
      expect(findings.map(({ code }) => code)).toEqual(['credentials_without_tls', 'ignored_option', 'connected', 'unsupported_version']);
    }),
  );

  it('finds that nobody is there, or that nobody answers', async () => {
    expect((await check('esdb://127.0.0.1:1?tls=false')).map(({ code }) => code)).toEqual(['unreachable']);
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect((await check(`esdb://127.0.0.1:${port}?tls=false`)).map(({ code }) => code)).toEqual(['unreachable']);
    silent.close();
  });

  it(
    'finds that something could not be told',
    withServer({}, async (server) => {
      server.faults.add({ on: 'read-all', fault: { kind: 'not-ready' } });
      expect((await check(server.connectionString)).map(({ code }) => code)).toEqual(['connected', 'check_failed']);
    }),
  );
});
