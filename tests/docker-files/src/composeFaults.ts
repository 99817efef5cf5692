/** A service of a compose file, as far as it is looked at. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: unknown;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: ReadonlyArray<string>;
  readonly volumes?: ReadonlyArray<string>;
  readonly networks?: ReadonlyArray<string>;
  readonly network_mode?: string;
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** A tag that names a release in full, or a digest: what is pulled tomorrow is what is pulled today. */
const isPinned = (image: string): boolean => /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image);

const isOneShot = (name: string, services: ComposeFile['services']): boolean =>
  Object.values(services).some(({ depends_on: others = {} }) => others[name]?.condition === 'service_completed_successfully');

const isNamed = (source: string): boolean => /^[a-z][a-z0-9-]*$/.test(source);

const ofImage = (name: string, { image, build }: ComposeService): ReadonlyArray<string> => {
  if (image === undefined) return build === undefined ? [`${name} has neither an image nor a build`] : [];
  return isPinned(image) ? [] : [`${name}: the image ${image} is not pinned`];
};

const ofRunning = (name: string, service: ComposeService, file: ComposeFile): ReadonlyArray<string> => {
  if (isOneShot(name, file.services)) return service.restart === undefined ? [] : [`${name} is to end, and is restarted`];
  return [
    ...(service.restart === 'unless-stopped' ? [] : [`${name} is not restarted`]),
    // An image that is built here brings its own check.
    ...(service.build === undefined && service.healthcheck === undefined ? [`${name} has no health check`] : []),
  ];
};

const ofDependencies = (name: string, { depends_on: others = {} }: ComposeService, { services }: ComposeFile): ReadonlyArray<string> =>
  Object.entries(others).flatMap(([other, { condition }]) => {
    const found = services[other];
    if (found === undefined) return [`${name} depends on ${other}, which is not there`];
    return condition === 'service_healthy' && found.healthcheck === undefined ? [`${name} waits for ${other}, which has no health check`] : [];
  });

const ofPorts = (name: string, { ports = [] }: ComposeService): ReadonlyArray<string> =>
  ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} is published to everybody: ${port}`);

const ofVolumes = (name: string, { volumes = [] }: ComposeService, file: ComposeFile): ReadonlyArray<string> =>
  volumes.flatMap((volume) => {
    const [source = ''] = volume.split(':');
    return isNamed(source) && file.volumes?.[source] === undefined ? [`${name}: the volume ${source} is not declared`] : [];
  });

const ofNetworks = (name: string, { networks = [] }: ComposeService, file: ComposeFile): ReadonlyArray<string> =>
  networks.filter((network) => file.networks?.[network] === undefined).map((network) => `${name}: the network ${network} is not declared`);

const secret = /PASSWORD|TOKEN|SECRET|KEY$/;

const ofSecrets = (name: string, { environment = {} }: ComposeService): ReadonlyArray<string> =>
  Object.entries(environment)
    .filter(([variable, value]) => secret.test(variable) && !value.startsWith('${'))
    .map(([variable]) => `${name}: ${variable} stands in the file`);

const unused = (file: ComposeFile): ReadonlyArray<string> => {
  const services = Object.values(file.services);
  const used = new Set(services.flatMap(({ volumes = [], networks = [] }) => [...volumes.map((volume) => volume.split(':')[0] ?? ''), ...networks]));
  return [...Object.keys(file.volumes ?? {}), ...Object.keys(file.networks ?? {})].filter((name) => !used.has(name)).map((name) => `${name} is declared and not used`);
};

/** What is wrong with a compose file besides its form. */
export const composeFaults = (file: ComposeFile): ReadonlyArray<string> => [
  ...Object.entries(file.services).flatMap(([name, service]) => [
    ...ofImage(name, service),
    ...ofRunning(name, service, file),
    ...ofDependencies(name, service, file),
    ...ofPorts(name, service),
    ...ofVolumes(name, service, file),
    ...ofNetworks(name, service, file),
    ...ofSecrets(name, service),
  ]),
  ...unused(file),
];

/** The variables a compose file takes from its environment, and whether it starts without them. */
export const variablesOf = (text: string): ReadonlyMap<string, 'required' | 'optional'> =>
  new Map(
    [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)(:\?)?[^}]*\}/g)].map(([, name = '', required]) => [name, required === undefined ? 'optional' : 'required']),
  );
