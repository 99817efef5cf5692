/** The page THIRD_PARTY_NOTICES.md of what `thirdPartyOf` gives; a text that several share stands once. */
export const notices = (packages) => {
  if (packages.length === 0) return '# Third-party notices\n\nNothing that others wrote comes with this package.\n';
  const byText = new Map();
  for (const one of packages) {
    const text = one.texts.length > 0 ? one.texts.join('\n\n') : `${one.license} (the package has no text of it)`;
    byText.set(text, [...(byText.get(text) ?? []), one]);
  }
  return [
    '# Third-party notices',
    '',
    'What others wrote and is installed with this package, under which licence.',
    ...[...byText].flatMap(([text, owners]) => ['', `## ${owners.map(nameOf).join(', ')}`, '', ...text.split('\n').map((line) => `    ${line}`.trimEnd())]),
    '',
  ].join('\n');
};

const nameOf = ({ name, version, license }) => `${name} ${version} (${license})`;
