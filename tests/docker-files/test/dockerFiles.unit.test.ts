import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { type ComposeFile, composeFaults, variablesOf } from '../src/composeFaults.js';
import { commandsOf, dockerfileFaults } from '../src/dockerfileFaults.js';
import { lintCompose } from '../src/lintCompose.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const composeFiles = readdirSync(join(root, 'docker')).filter((name) => /^compose\..*\.yaml$/.test(name));

/** As Compose reads it: with merged keys, and without its own extensions. */
const load = (text: string): unknown => parse(text, { merge: true });

describe('the compose files', () => {
  it('are those for a single node and for a cluster', () => {
    expect(composeFiles).toEqual(['compose.cluster.yaml', 'compose.single-node.yaml']);
  });

  for (const name of composeFiles) {
    it(`${name} is a compose file by the specification's schema, and nothing that a linter finds`, async () => {
      expect(await lintCompose(join(root, 'docker', name))).toEqual([]);
    });

    it(`${name} pins its images, checks its services' health and publishes nothing to everybody`, () => {
      expect(composeFaults(load(read(`docker/${name}`)) as ComposeFile)).toEqual([]);
    });

    it(`${name} builds the server by the Dockerfile`, () => {
      const { services } = load(read(`docker/${name}`)) as ComposeFile;
      expect(services['server']?.build).toEqual({ context: '..', dockerfile: 'docker/Dockerfile' });
    });
  }

  it('take only variables that the example of an environment names, and do not start without them', () => {
    const example = read('docker/cluster.env.example');
    const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    const variables = variablesOf(read('docker/compose.cluster.yaml'));
    expect([...variables.keys()].sort()).toEqual([...named].sort());
    expect([...variables.values()].every((kind) => kind === 'required')).toBe(true);
    expect(variablesOf(read('docker/compose.single-node.yaml')).size).toBe(0);
  });

  it('give every node of the cluster a name, a certificate and the two others to talk to', () => {
    const { services } = load(read('docker/compose.cluster.yaml')) as ComposeFile;
    const nodes = ['node1', 'node2', 'node3'];
    for (const node of nodes) {
      const environment = services[node]?.environment ?? {};
      expect(environment).toMatchObject({
        KURRENTDB_CLUSTER_SIZE: '3',
        KURRENTDB_NODE_HOST_ADVERTISE_AS: node,
        KURRENTDB_REPLICATION_HOST_ADVERTISE_AS: node,
        KURRENTDB_GOSSIP_SEED: nodes.filter((other) => other !== node).map((other) => `${other}:2113`).join(','),
        KURRENTDB_CERTIFICATE_FILE: `/certificates/${node}/node.crt`,
        KURRENTDB_CERTIFICATE_PRIVATE_KEY_FILE: `/certificates/${node}/node.key`,
      });
      expect(services[node]?.volumes).toContain(`${node}-data:/var/lib/kurrentdb`);
      expect(services['server']?.environment?.['EVENTSTOREDB_URL']).toContain(`${node}:2113`);
    }
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('docker/Dockerfile');

  it('has no fault that a linter finds, builds in a stage of its own and does not run as root', () => {
    expect(dockerfileFaults(dockerfile)).toEqual([]);
  });

  it('builds the program as one file, by a command of this repository', () => {
    expect(commandsOf(dockerfile)[0]).toBe('node workspace.mjs bundle');
    expect(JSON.parse(read('package.json'))).toMatchObject({ scripts: { bundle: 'exec node workspace.mjs bundle' } });
  });

  it('starts that file', () => {
    expect(dockerfile).toContain('ENTRYPOINT ["node", "/app/account-data.mjs"]');
    expect(dockerfile).toContain('CMD ["serve"]');
  });

  it('comes with a configuration that the server takes, reachable from outside the container', async () => {
    const config = await loadConfig({ env: {}, cwd: join(root, 'docker') })();
    if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
    expect(config.right).toMatchObject({ server: { host: '0.0.0.0', port: 8090 } });
  });

  it('leaves out of its context what it makes itself, and secrets', () => {
    const ignored = read('docker/Dockerfile.dockerignore').split('\n');
    for (const path of ['.git', '**/node_modules', '**/dist', 'data', 'docker/*.env']) expect(ignored).toContain(path);
  });
});

describe('the checks themselves', () => {
  const good = load(read('docker/compose.single-node.yaml')) as { services: Record<string, Record<string, unknown>>; volumes: Record<string, unknown> };
  const broken = (change: (file: typeof good) => void): ComposeFile => {
    const copy = structuredClone(good);
    change(copy);
    return copy;
  };
  const service = (file: typeof good, name: string): Record<string, unknown> => file.services[name] ?? {};

  const composeMistakes: ReadonlyArray<readonly [string, (file: typeof good) => void, string]> = [
    ['an image without a version', (file) => Object.assign(service(file, 'eventstoredb'), { image: 'kurrentdb:latest' }), 'not pinned'],
    ['no health check', (file) => delete service(file, 'eventstoredb')['healthcheck'], 'no health check'],
    ['a port for everybody', (file) => Object.assign(service(file, 'server'), { ports: ['8090:8090'] }), 'published to everybody'],
    ['a password', (file) => Object.assign(service(file, 'server'), { environment: { X_PASSWORD: 'changeit' } }), 'stands in the file'],
    ['a volume that is not declared', (file) => delete file.volumes['server-data'], 'the volume server-data is not declared'],
    ['a volume that is not used', (file) => Object.assign(file.volumes, { more: {} }), 'declared and not used'],
    ['a dependency that is not there', (file) => Object.assign(service(file, 'server'), { depends_on: { gone: { condition: 'service_started' } } }), 'not there'],
    ['no restart', (file) => delete service(file, 'server')['restart'], 'is not restarted'],
  ];
  for (const [what, change, fault] of composeMistakes) {
    it(`find ${what} in a compose file`, () => {
      expect(composeFaults(broken(change)).join('\n')).toContain(fault);
    });
  }

  it.each<readonly [string, (file: typeof good) => void]>([
    ['a setting', (file) => Object.assign(service(file, 'server'), { restarts: 'always' })],
    ['a type', (file) => Object.assign(service(file, 'server'), { ports: 8090 })],
  ])('find %s that the schema of compose files does not know', async (_what, change) => {
    const folder = mkdtempSync(join(tmpdir(), 'account-data-compose-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const path = join(folder, 'compose.yaml');
    writeFileSync(path, stringify(broken(change)));
    expect((await lintCompose(path)).join('\n')).toContain('invalid-schema');
  });

  const dockerfile = read('docker/Dockerfile');
  const dockerfileMistakes: ReadonlyArray<readonly [string, string, string]> = [
    ['a base image without a version', dockerfile.replace(/ARG NODE_IMAGE=.*/, 'ARG NODE_IMAGE=node:latest'), 'not pinned'],
    ['root', dockerfile.replace('USER node', 'USER root'), 'runs as root'],
    ['no user', dockerfile.replace('USER node\n', ''), 'runs as root'],
    ['a shell as the first process', dockerfile.replace(/ENTRYPOINT .*/, 'ENTRYPOINT node /app/account-data.mjs'), 'shell'],
    ['no health check', dockerfile.replace(/HEALTHCHECK[\s\S]*?\n(?=ENTRYPOINT)/, ''), 'no health check'],
    ['a token', dockerfile.replace('ENV NODE_ENV=production', 'ENV API_TOKEN=abc'), 'secret'],
    ['an instruction that does not exist', `${dockerfile}\nINSTALL curl\n`, 'INSTALL'],
    ['everything copied into what runs', dockerfile.replace('COPY --from=build /app/bundle /app', 'COPY . /app'), 'copies from the context'],
  ];
  for (const [what, content, fault] of dockerfileMistakes) {
    it(`find ${what} in a Dockerfile`, () => {
      expect(dockerfileFaults(content).join('\n')).toContain(fault);
    });
  }
});
