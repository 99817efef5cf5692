/** What a Synapse is started with. @category model */
export interface SynapseOptions {
  /** The Python that has Synapse, of `synapseEnvironment`. */
  readonly python: string;
  /** Where it keeps its files. One that a Synapse was started in before goes on from there. The caller removes it. */
  readonly folder: string;
  /** SQLite is a file in the folder, `homeserver.db`; PostgreSQL a URL of a database with the encoding UTF8 and the locale C. */
  readonly database: 'sqlite' | { readonly postgres: string };
  /** As in its configuration. */
  readonly modules?: ReadonlyArray<{ readonly module: string; readonly config: object }>;
  /** Folders where the classes of the modules are. */
  readonly pythonPath?: ReadonlyArray<string>;
  /** Default `example.org`. */
  readonly serverName?: string;
  /** What else its configuration says. */
  readonly config?: Readonly<Record<string, unknown>>;
}
