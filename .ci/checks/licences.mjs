import { publicPackages } from '../../.release/publicPackages.mjs';
import { thirdPartyOf } from '../../.release/thirdParty.mjs';

/** What may be passed on with software under Apache-2.0 on its terms alone. SPDX, as the packages write it. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
  // google-protobuf's own words, outermost parentheses and all.
  '(BSD-3-Clause AND Apache-2.0)',
]);

/** Whatever is installed with a released package is under a licence that is named here. */
export const licences = () => {
  const owners = new Map();
  for (const { folder } of publicPackages()) {
    for (const { name, version, license } of thirdPartyOf(folder)) {
      if (!allowed.has(license)) owners.set(`${name}@${version}: its licence, ${license}, is not in the list of .ci/checks/licences.mjs`, folder);
    }
  }
  return [...owners].map(([complaint, folder]) => `${complaint} (comes with ${folder})`);
};
