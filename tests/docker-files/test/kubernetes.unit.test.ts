import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type Kustomization, type Manifest, readKustomization } from '../src/kustomization.js';
import { manifestFaults } from '../src/manifestFaults.js';
import { schemaFaults } from '../src/manifestSchema.js';
import { unknownSettings } from '../src/unknownSettings.js';

const folder = fileURLToPath(new URL('../../../docker/kubernetes/', import.meta.url));
const of = (name: string): Kustomization => readKustomization(join(folder, name));
const kinds = ({ manifests }: Kustomization): ReadonlyArray<string> => manifests.map(({ kind }) => kind).sort();

describe('the Kubernetes manifests', () => {
  it.each(['embedded', 'kurrentdb'])('%s are objects by the published schemas of their kinds', async (name) => {
    expect((await Promise.all(of(name).manifests.map(schemaFaults))).flat()).toEqual([]);
  });

  it('have no setting that their kinds do not know', () => {
    expect(unknownSettings([...of('embedded').manifests, ...of('kurrentdb').manifests])).toEqual([]);
  });

  it.each(['embedded', 'kurrentdb'])('%s fit together, and leave the pod no right that it does not need', (name) => {
    expect(manifestFaults(of(name))).toEqual([]);
  });

  it.each(['embedded', 'kurrentdb'])('%s mount a configuration that the server takes, and write to volumes alone', async (name) => {
    const kustomization = of(name);
    const path = kustomization.secretFiles['account-data.yaml'] ?? 'none';
    const config = await loadConfig({ env: { ACCOUNT_DATA_CONFIG: path }, cwd: '/' })();
    if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
    expect(config.right).toMatchObject({ server: { host: '0.0.0.0', port: 8090 } });
    const mounts = [...JSON.stringify(kustomization.manifests).matchAll(/"mountPath":"([^"]+)"/g)].map(([, mount]) => mount);
    const written = [...readFileSync(path, 'utf8').matchAll(/(?:path|erasures_list): (\/\S+)/g)].map(([, at = '']) => at);
    expect(written.filter((at) => !mounts.some((mount) => at === mount || at.startsWith(`${mount ?? ''}/`)))).toEqual([]);
  });

  it('run one server where the store is its own, and several where it is a cluster', () => {
    expect(kinds(of('embedded'))).toEqual(['NetworkPolicy', 'Service', 'ServiceMonitor', 'StatefulSet']);
    expect(kinds(of('kurrentdb'))).toEqual(['Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceMonitor']);
    const replicas = (name: string): unknown =>
      (of(name).manifests.find(({ kind }) => /Set$|Deployment/.test(kind))?.spec as { readonly replicas: unknown }).replicas;
    expect(replicas('embedded')).toBe(1);
    expect(replicas('kurrentdb')).toBeGreaterThan(1);
  });
});

describe('the checks themselves', () => {
  const broken = (from: string, to: string): Kustomization => {
    const good = of('kurrentdb');
    const text = JSON.stringify(good.manifests);
    if (!text.includes(from)) throw new Error(`nothing says ${from}`);
    return { ...good, manifests: JSON.parse(text.replace(from, to)) as ReadonlyArray<Manifest> };
  };

  it.each([
    ['root', '"runAsNonRoot":true', '"runAsNonRoot":false', 'run as root'],
    ['an image that can be written to', '"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false', 'write to its image'],
    ['a probe of a path that is not', '"path":"/readyz"', '"path":"/ready"', 'readinessProbe does not ask /readyz'],
    ['a volume that is not there', '"name":"tmp","emptyDir"', '"name":"temp","emptyDir"', 'mounts tmp, which is not there'],
    ['a service of nothing', '"selector":{"app.kubernetes.io/name":"account-data"}', '"selector":{"app":"account-data"}', 'the Service selects nothing'],
    ['an image without a version', '"image":"account-data"', '"image":"account-data:latest"', 'is not pinned'],
  ])('find %s', (_what, from, to, fault) => {
    expect(manifestFaults(broken(from, to)).join('\n')).toContain(fault);
  });

  it('find a type that the schema does not allow', async () => {
    const { manifests } = broken('"replicas":2', '"replicas":"2"');
    expect((await Promise.all(manifests.map(schemaFaults))).flat().join('\n')).toContain('Deployment account-data');
  });

  it('find a setting that a kind does not know', () => {
    expect(unknownSettings(broken('"failureThreshold":3', '"failureTreshold":3').manifests).join('\n')).toContain('failureTreshold');
  });
});
