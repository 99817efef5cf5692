import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of an application service that speaks for all users of the server; it hears of nothing itself. */
export const serviceToken = 'a-token-of-tests';

/** Writes its registration, as Synapse reads it, and gives what Synapse's configuration says of it. JSON is YAML. */
export const registerService = async (folder: string): Promise<Readonly<Record<string, unknown>>> => {
  const file = join(folder, 'account-data-engine.yaml');
  const registration = {
    id: 'account-data-engine',
    url: null,
    as_token: serviceToken,
    hs_token: 'another-token-of-tests',
    sender_localpart: 'account-data-engine',
    rate_limited: false,
    namespaces: { users: [{ exclusive: false, regex: '@.*:example\\.org' }] },
  };
  await writeFile(file, JSON.stringify(registration));
  return { app_service_config_files: [file] };
};
