import type { Kustomization, Manifest } from './kustomization.js';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>;
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean; readonly allowPrivilegeEscalation?: boolean; readonly capabilities?: { readonly drop?: ReadonlyArray<string> } };
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly volumeMounts?: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>;
  readonly [probe: `${string}Probe`]: { readonly httpGet?: { readonly path: string; readonly port: string } } | undefined;
}

interface Labelled {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Workload {
  readonly selector: Labelled;
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly seccompProfile?: { readonly type: string } };
      readonly automountServiceAccountToken?: boolean;
      readonly containers: ReadonlyArray<Container>;
      readonly volumes?: ReadonlyArray<{ readonly name: string }>;
    };
  };
  readonly volumeClaimTemplates?: ReadonlyArray<{ readonly metadata: { readonly name: string } }>;
}

const probes = { startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' } as const;

const selects = (labels: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(wanted).length > 0 && Object.entries(wanted).every(([label, value]) => labels[label] === value);

const ofContainer = (container: Container, volumes: ReadonlySet<string>): ReadonlyArray<string> => {
  const { name, securityContext: context, volumeMounts: mounts = [] } = container;
  const ports = new Set((container.ports ?? []).map((port) => port.name));
  return [
    ...(context?.readOnlyRootFilesystem === true ? [] : [`${name} may write to its image`]),
    ...(context?.allowPrivilegeEscalation === false ? [] : [`${name} may gain rights`]),
    ...(context?.capabilities?.drop?.includes('ALL') === true ? [] : [`${name} keeps capabilities`]),
    ...(container.resources?.requests === undefined || container.resources.limits === undefined ? [`${name} does not say what it needs`] : []),
    ...Object.entries(probes).flatMap(([probe, path]) => {
      const asked = container[probe as keyof typeof probes]?.httpGet;
      return asked?.path === path && ports.has(asked.port) ? [] : [`${name}: the ${probe} does not ask ${path} at a port that is there`];
    }),
    ...mounts.filter((mount) => !volumes.has(mount.name)).map((mount) => `${name} mounts ${mount.name}, which is not there`),
    ...[...volumes].filter((volume) => !mounts.some((mount) => mount.name === volume)).map((volume) => `the volume ${volume} is not mounted`),
  ];
};

const ofWorkload = ({ selector, template, volumeClaimTemplates: claims = [] }: Workload): ReadonlyArray<string> => {
  const { spec, metadata } = template;
  const volumes = new Set([...(spec.volumes ?? []).map(({ name }) => name), ...claims.map((claim) => claim.metadata.name)]);
  return [
    ...(selects(metadata.labels, selector.matchLabels) ? [] : ['the workload does not select its own pods']),
    ...(spec.securityContext?.runAsNonRoot === true ? [] : ['the pod may run as root']),
    ...(spec.securityContext?.seccompProfile?.type === 'RuntimeDefault' ? [] : ['the pod may make every system call']),
    ...(spec.automountServiceAccountToken === false ? [] : ['the pod is given a token for the cluster']),
    ...spec.containers.flatMap((container) => ofContainer(container, volumes)),
  ];
};

const isWorkload = ({ kind }: Manifest): boolean => kind === 'StatefulSet' || kind === 'Deployment';

/** Labels that an object says it is about, whatever its kind calls them. */
const wantedBy = ({ kind, spec }: Manifest): Readonly<Record<string, string>> => {
  const { selector, podSelector } = spec as { readonly selector: Labelled & Readonly<Record<string, string>>; readonly podSelector: Labelled };
  if (kind === 'Service') return selector;
  return (kind === 'NetworkPolicy' ? podSelector : selector).matchLabels ?? {};
};

/** What schemas do not look for: rights, probes, volumes, selectors and images that do not fit together; empty if nothing is wrong. */
export const manifestFaults = ({ manifests, images, unnamed }: Kustomization): ReadonlyArray<string> => {
  const workloads = manifests.filter(isWorkload).map(({ spec }) => spec as Workload);
  const [workload] = workloads;
  if (workload === undefined || workloads.length > 1) return ['there is not one workload'];
  const { labels } = workload.template.metadata;
  const service = manifests.find(({ kind }) => kind === 'Service');
  return [
    ...ofWorkload(workload),
    ...manifests
      .filter((manifest) => !isWorkload(manifest))
      .filter((manifest) => !selects(manifest.kind === 'ServiceMonitor' ? service?.metadata.labels : labels, wantedBy(manifest)))
      .map(({ kind }) => `the ${kind} selects nothing`),
    ...workload.template.spec.containers
      .filter(({ image }) => !images.some(({ name, newTag }) => name === image && /^\d+\.\d+\.\d+$/.test(newTag ?? '')))
      .map(({ image }) => `the image ${image} is not pinned`),
    ...unnamed.map((name) => `no kustomization names ${name}`),
  ];
};
