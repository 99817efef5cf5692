import cyclonedx from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';
import { publicPackages } from './publicPackages.mjs';
import { installedWith } from './thirdParty.mjs';

const { Contrib, Enums, Models, Serialize, Spec } = cyclonedx;

const licences = new Contrib.License.Factories.LicenseFactory(parseExpression);

const purlOf = (name, version) => {
  const [scope, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return new PackageURL('npm', scope, rest, version, undefined, undefined).toString();
};

/** What a release is made of, in CycloneDX 1.6 as JSON: the released packages, all that is installed with them, and who needs whom. */
export const billOfMaterials = (version) => {
  const installed = installedWith(publicPackages().map(({ folder }) => folder));
  const product = new Models.Component(Enums.ComponentType.Application, 'account-data-engine', { version, bomRef: 'account-data-engine' });
  const components = new Map();
  const refs = new Map();
  for (const { name, version: of, license } of installed.values()) {
    const purl = purlOf(name, of);
    if (refs.has(purl)) continue;
    const component = new Models.Component(Enums.ComponentType.Library, name, { version: of, purl, bomRef: purl });
    component.licenses.add(licences.makeFromString(license));
    refs.set(purl, component);
  }
  for (const [home, { name, version: of }] of installed) components.set(home, refs.get(purlOf(name, of)));
  for (const [home, { needs, workspace }] of installed) {
    for (const other of needs) components.get(home).dependencies.add(components.get(other).bomRef);
    if (workspace) product.dependencies.add(components.get(home).bomRef);
  }
  const bom = new Models.Bom({ components: new Models.ComponentRepository(refs.values()), metadata: new Models.Metadata({ component: product }) });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
};
