// usage: image.mjs [CLEAN_ROOT]. Takes the last stage of docker/Dockerfile without Docker: its steps run in a clean Debian root
// (debootstrap's, or a copy of CLEAN_ROOT), then its program as the user that it names, on a root that can only be read, with nothing
// but its volumes and /tmp to write to and a network of its own, until the health check says that it is alive; it is stopped by the
// signal that it names and has to end in order. Needs root; not part of CI. Prints what the image would weigh.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rootPath } from '../.workspace/paths.mjs';
import { nodeFolder } from './nodes/nodeBinary.mjs';
import { nodeVersions } from './nodes/versions.mjs';

const { DockerfileParser } = createRequire(join(rootPath, 'tests/docker-files/package.json'))('dockerfile-ast');

const run = (program, args, options = {}) => {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${String(error?.message ?? status)}`);
};

const wordsOf = (instruction) => instruction.getArguments().map((argument) => argument.getValue());

/** The exec form: a list of words in JSON. */
const execOf = (instruction) => JSON.parse(instruction.getRawArgumentsContent());

/** Does the steps of the stage in `root`. Gives what its program needs. */
const takeSteps = (instructions, root, bundle) => {
  const image = { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, user: 'root', folder: '/', volumes: [], signal: 'TERM', program: [], health: [] };
  const steps = {
    ENV: (one) => Object.assign(image.env, Object.fromEntries(one.getProperties().map((property) => [property.getName(), property.getValue()]))),
    WORKDIR: (one) => {
      [image.folder] = wordsOf(one);
      mkdirSync(join(root, image.folder), { recursive: true });
    },
    RUN: (one) => run('chroot', [root, 'sh', '-euc', one.getRawArgumentsContent().replaceAll(/\\\n/g, ' ')], { env: image.env }),
    COPY: (one) => {
      const [from, to] = wordsOf(one);
      const isBuilt = one.getFlags().some((flag) => flag.getName() === 'from');
      mkdirSync(dirname(join(root, to)), { recursive: true });
      cpSync(isBuilt ? bundle : join(rootPath, from), join(root, to), { recursive: true });
    },
    USER: (one) => ([image.user] = wordsOf(one)),
    VOLUME: (one) => (image.volumes = execOf(one)),
    STOPSIGNAL: (one) => (image.signal = wordsOf(one)[0].replace(/^SIG/, '')),
    HEALTHCHECK: (one) => (image.health = JSON.parse(/CMD\s+(\[.*\])\s*$/s.exec(one.getRawArgumentsContent())[1])),
    ENTRYPOINT: (one) => (image.program = execOf(one)),
    CMD: (one) => image.program.push(...execOf(one)),
    FROM: () => undefined,
    EXPOSE: () => undefined,
  };
  for (const one of instructions) {
    const step = steps[one.getKeyword()];
    if (step === undefined) throw new Error(`What ${one.getKeyword()} does is not known here.`);
    step(one);
  }
  return image;
};

const quoted = (words) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

/** Starts the program, waits until it is alive, tries to write where nothing may be written, and stops it. */
const tryOut = (root, { env, user, folder, volumes, signal, program, health }) => {
  const inside = (words) => `chroot --userspec=${user} ${root} env -i ${quoted(Object.entries(env).map(([name, value]) => `${name}=${value}`))} sh -c ${quoted([`cd ${folder} && exec ${quoted(words)}`])}`;
  run('unshare', [
    ...['--mount', '--net', '--pid', '--fork', '--kill-child', 'bash', '-euc'],
    `
    ip link set lo up 2>/dev/null || true
    mount --bind ${root} ${root}
    mount -t proc proc ${root}/proc
    mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp
    for volume in ${volumes.join(' ')}; do mount -t tmpfs -o mode=0700,uid=$(chroot ${root} id -u ${user}) tmpfs ${root}$volume; done
    mount -o remount,bind,ro ${root}
    ${inside(program)} & server=$!
    for _ in $(seq 60); do if ${inside(health)} 2>/dev/null; then alive=yes; break; fi; kill -0 $server; sleep 1; done
    test "\${alive:-}" = yes
    if ${inside(['sh', '-c', 'echo x > /app/x'])} 2>/dev/null; then echo 'the root can be written to'; exit 1; fi
    if ${inside(['sh', '-c', 'test "$(id -u)" = 0'])}; then echo 'it runs as root'; exit 1; fi
    kill -${signal} $server
    wait $server
  `,
  ]);
};

const work = mkdtempSync(join(tmpdir(), 'account-data-image-'));
try {
  const root = join(work, 'root');
  const [clean] = process.argv.slice(2);
  if (clean === undefined) run('debootstrap', ['--variant=minbase', 'bookworm', root]);
  else run('cp', ['-a', clean, root]);
  const dockerfile = DockerfileParser.parse(readFileSync(join(rootPath, 'docker/Dockerfile'), 'utf8'));
  const from = dockerfile.getFROMs().at(-1);
  const [, major] = /node:(\d+)/.exec(dockerfile.getARGs().map((one) => one.getRawArgumentsContent()).join(' ')) ?? [];
  cpSync(join(await nodeFolder(nodeVersions.find((version) => version.startsWith(`${major}.`))), 'node'), join(root, 'usr/local/bin/node'));
  run('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
  const bundle = join(work, 'bundle');
  run(process.execPath, [join(rootPath, 'workspace.mjs'), 'bundle', bundle]);
  const instructions = dockerfile.getInstructions().filter((one) => one.getRange().start.line >= from.getRange().start.line);
  const image = takeSteps(instructions, root, bundle);
  tryOut(root, image);
  const size = (path) => `${(Number(spawnSync('du', ['-sk', path], { encoding: 'utf8' }).stdout.split('\t')[0]) / 1024).toFixed(0)} MiB`;
  console.log(`It runs as ${image.user} on a root that can only be read: ${size(join(root, 'app'))} of ours, ${size(root)} with Debian and Node.`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
