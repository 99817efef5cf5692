import { build } from './build.mjs';
import { Failure } from './Failure.mjs';
import { install } from './install.mjs';
import { root, rootPath } from './paths.mjs';
import { runHere } from './runHere.mjs';

/**
 * What each command needs before its program runs, and the program. Programs run in this very process, so that
 * signals and exit codes need no passing on.
 */
const commands = {
  start: { needs: 'programs', program: 'apps/cli/dist/main.js', first: ['serve'], inCallersFolder: true },
  dev: { needs: 'programs', program: '.workspace/dev.mjs', first: [], inCallersFolder: true },
  'account-data': { needs: 'programs', program: 'apps/cli/dist/main.js', first: [], inCallersFolder: true },
  test: { needs: 'everything', program: 'node_modules/vitest/vitest.mjs', first: ['run'], inCallersFolder: false },
  'test:eventstoredb': { needs: 'everything', program: 'tests/eventstoredb-server/dist/main.js', first: [], inCallersFolder: false },
  bench: { needs: 'everything', program: 'tests/benchmarks/dist/main.js', first: [], inCallersFolder: false },
  soak: { needs: 'everything', program: 'tests/soak/dist/main.js', first: [], inCallersFolder: false },
  check: { needs: 'dependencies', program: '.ci/checks/main.mjs', first: [], inCallersFolder: false },
  pack: { needs: 'everything', program: '.release/pack.mjs', first: [], inCallersFolder: false },
  release: { needs: 'dependencies', program: '.release/release.mjs', first: [], inCallersFolder: false },
  publish: { needs: 'everything', program: '.release/publish.mjs', first: [], inCallersFolder: false },
  bundle: { needs: 'everything', program: '.release/bundle.mjs', first: [], inCallersFolder: false },
  api: { needs: 'everything', program: '.release/recordApi.mjs', first: [], inCallersFolder: false },
  docs: { needs: 'programs', program: '.release/docs.mjs', first: [], inCallersFolder: false },
  man: { needs: 'programs', program: 'apps/cli/dist/main.js', first: ['__manual'], inCallersFolder: false },
  prepare: { needs: 'everything', program: undefined, first: [], inCallersFolder: false },
};

/** Installs and builds what the named command needs, and runs it with the arguments that follow. */
export const main = async ([name, ...args]) => {
  try {
    const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
    if (command === undefined) {
      throw new Failure(`usage: node workspace.mjs ${Object.keys(commands).join('|')} [ARGUMENT…]`);
    }
    await install();
    if (command.needs !== 'dependencies') await build(command.needs);
    if (command.program === undefined) return;
    // npm runs scripts in the checkout; relative paths are meant from where the caller is.
    const callersFolder = process.env.INIT_CWD;
    if (command.inCallersFolder && callersFolder !== undefined && process.cwd() === rootPath) process.chdir(callersFolder);
    await runHere(new URL(command.program, root), [...command.first, ...args]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
};
