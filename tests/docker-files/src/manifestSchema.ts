import type { Manifest } from './kustomization.js';

type Model = new (data: object) => { validate(): void };

/** Where the models of an object's group are published: the built-in groups in one package, the Prometheus operator's in another. */
export const modelsOf = ({ apiVersion }: Manifest): string =>
  `${apiVersion === 'monitoring.coreos.com/v1' ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models'}/${apiVersion}`;

/** What is wrong with an object by the schema that Kubernetes, or the operator, publishes of its kind; empty if nothing is. */
export const schemaFaults = async (manifest: Manifest): Promise<ReadonlyArray<string>> => {
  const models = (await import(modelsOf(manifest))) as Readonly<Record<string, Model | undefined>>;
  const model = models[manifest.kind];
  if (model === undefined) return [`${manifest.apiVersion} knows no ${manifest.kind}`];
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
};
