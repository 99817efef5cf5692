// npm's commands start here (see "scripts" in package.json). This file only checks Node's version, in words that a
// Node far too old can still parse; the rest is in .workspace/.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    `The account data engine needs Node ${wanted.join('.')} or newer; this is ${process.version}.\n` +
      'Install a current Node (https://nodejs.org, or your version manager), then run the same command again.',
  );
  process.exitCode = 1;
} else {
  import('./.workspace/main.mjs').then(({ main }) => main(process.argv.slice(2)));
}
