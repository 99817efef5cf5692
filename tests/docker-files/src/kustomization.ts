import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** A Kubernetes object as a file has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: object;
}

/** What kustomize reads of a folder, with the folders it builds on. */
export interface Kustomization {
  readonly manifests: ReadonlyArray<Manifest>;
  /** Files by their name in the mounted secret, with the path of each. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly images: ReadonlyArray<{ readonly name: string; readonly newName?: string; readonly newTag?: string }>;
  /** YAML files in the folders that no kustomization names. */
  readonly unnamed: ReadonlyArray<string>;
}

interface KustomizationFile {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resources: ReadonlyArray<string>;
  readonly secretGenerator?: ReadonlyArray<{ readonly name: string; readonly files: ReadonlyArray<string> }>;
  readonly images?: Kustomization['images'];
}

/** Reads `kustomization.yaml` of a folder as `kubectl apply --kustomize` does; only what our files use of it. */
export const readKustomization = (folder: string): Kustomization => {
  const file = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as KustomizationFile;
  if (file.kind !== 'Kustomization' || file.apiVersion !== 'kustomize.config.k8s.io/v1beta1') throw new Error(`${folder} has no kustomization`);
  const folders = file.resources.filter((resource) => !resource.endsWith('.yaml')).map((resource) => readKustomization(join(folder, resource)));
  const files = file.resources.filter((resource) => resource.endsWith('.yaml'));
  const secrets = (file.secretGenerator ?? []).flatMap((secret) => secret.files);
  const named = new Set(['kustomization.yaml', ...files, ...secrets]);
  return {
    manifests: [
      ...folders.flatMap(({ manifests }) => manifests),
      ...files.flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS() as Manifest)),
    ],
    secretFiles: Object.fromEntries(secrets.map((path) => [basename(path), join(folder, dirname(path), basename(path))])),
    images: file.images ?? [],
    unnamed: [
      ...folders.flatMap(({ unnamed }) => unnamed),
      ...readdirSync(folder).filter((name) => name.endsWith('.yaml') && !named.has(name)),
    ],
  };
};
