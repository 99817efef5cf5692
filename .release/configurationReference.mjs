// The page docs/configuration.md, as the codec of the configuration has it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rootPath } from '../.workspace/paths.mjs';

export const referencePage = 'docs/configuration.md';

const built = (path) => import(pathToFileURL(join(rootPath, path)).href);

/** What holds where a setting is absent, by its path, as it is written in the file. */
const defaultsOf = async () => {
  const { ConfigFile } = await built('apps/server/dist/config/ConfigFile.js');
  const { resolveConfig } = await built('apps/server/dist/config/resolveConfig.js');
  const { snakeCase } = await built('packages/domain/dist/index.js');
  const { durationText } = await built('packages/runtime/dist/index.js');
  const given = { auth: { jwt: { jwks_url: 'https://a', issuer: 'a', audience: 'a' }, homeserver: { url: 'https://a' } }, follow: { synapse: { postgres: 'postgresql://a@a/a', server_name: 'a' } } };
  const decoded = ConfigFile.decode(given);
  const resolved = resolveConfig(decoded.right, { folder: '/', cwd: '/', env: {} }).right;
  const { server, auth, limits, suppressUnchanged, logLevel, follow } = resolved;
  const limit = ([name, value]) => [`limits.${snakeCase(name)}`, name === 'moduleStall' ? durationText(value) : value];
  return new Map([
    ['server.host', server.host],
    ['server.port', server.port],
    ['server.request_timeout', durationText(server.requestTimeout)],
    ['server.shutdown_timeout', durationText(server.shutdownTimeout)],
    ['store.kind', resolved.store.kind],
    ['store.path', './data'],
    ['store.compression', false],
    ['auth.jwt.role_claim', auth.jwt.roleClaim],
    ['auth.jwt.user_id_claim', auth.jwt.userIdClaim],
    ['auth.homeserver.cache_time', durationText(auth.homeserver.cacheTime)],
    ['auth.access_token_in_query', auth.tokenInQuery],
    ['follow.synapse.slot', follow.slot],
    ['follow.synapse.publication', follow.publication],
    ...Object.entries(limits).map(limit),
    ['changes.suppress_unchanged', suppressUnchanged],
    ['log.level', logLevel],
  ]);
};

/** The page, in Markdown. */
export const configurationReference = async () => {
  const { ConfigFile } = await built('apps/server/dist/config/ConfigFile.js');
  const { toldOf } = await built('apps/server/dist/config/section.js');
  const defaults = await defaultsOf();
  const lines = [
    '# Configuration',
    '',
    'All settings of `account-data.yaml`, made of the codec that reads it. Every part is optional, but for what is required within a part.',
    'An example with all of them, how the environment overrides some, and how secrets are named: [apps/server](../apps/server/README.md).',
  ];
  const sectionOf = (path, codec) => {
    const { settings = [], description } = toldOf(codec);
    const isPart = ({ codec: member }) => toldOf(member).settings !== undefined;
    const plain = settings.filter((member) => !isPart(member));
    if (plain.length > 0) lines.push('', `## ${path === '' ? 'At the top' : `\`${path}\``}`, '');
    if (path !== '' && description !== undefined) lines.push(`${description}.`, '');
    if (plain.length > 0) lines.push('| setting | what it is | value | default |', '| --- | --- | --- | --- |');
    for (const { name, codec: member, isRequired } of plain) {
      const preset = defaults.get(path === '' ? name : `${path}.${name}`);
      const { description: text } = toldOf(member);
      if (text === undefined) throw new Error(`${path}.${name} is not described: wrap its codec in about(…).`);
      lines.push(`| \`${name}\` | ${text} | ${member.name} | ${isRequired ? 'required' : preset === undefined ? '' : `\`${String(preset)}\``} |`);
    }
    for (const { name, codec: member } of settings.filter(isPart)) sectionOf(`${path === '' ? '' : `${path}.`}${name}${member.name === 'a list' ? '[]' : ''}`, member);
  };
  sectionOf('', ConfigFile);
  return `${lines.join('\n')}\n`;
};
