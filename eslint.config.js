import tseslint from 'typescript-eslint';
import { decimalOrder } from './.ci/lint/decimalOrder.mjs';
import { testRules } from './.ci/lint/testRules.mjs';
import { sourceRules } from './.ci/lint/sourceRules.mjs';
import { typeScriptRules } from './.ci/lint/typeScriptRules.mjs';
import { unrunTask } from './.ci/lint/unrunTask.mjs';
import { pureSourceRules, worldlessRules } from './.ci/lint/worldRules.mjs';

const typeScript = ['{packages,apps,apps/examples,tests}/*/{src,test}/**/*.{ts,tsx}', '*.ts', '.ci/*.ts'];
const source = ['{packages,apps}/*/src/**/*.{ts,tsx}'];
const tests = ['{packages,apps,apps/examples,tests}/*/test/**/*.{ts,tsx}', 'tests/*/src/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.readme-examples/**', '.workspace/state/**', 'coverage/**', 'bundle/**', 'reference/**'] },
  // A rule is changed here, with its reason, and never switched off line by line: inline directives are errors.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: typeScript,
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.check.json', './apps/audit-web/tsconfig.json', './apps/examples/browser-page/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: typeScript,
    plugins: { 'decimal-order': decimalOrder, 'unrun-task': unrunTask },
    rules: { ...typeScriptRules, 'decimal-order/no-operators': 'error', 'unrun-task/no-dropped': 'error' },
  },
  { files: ['*.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: source, rules: sourceRules },
  // Clock, timers, randomness and network come in as ports: only the runtime package and the programs touch them.
  { files: ['packages/*/src/**/*.ts'], ignores: ['packages/runtime/src/**', 'packages/client/src/ports/platform.ts'], rules: worldlessRules },
  { files: ['packages/{domain,event-store,modules,engine,service-api,client}/src/**/*.ts'], rules: pureSourceRules },
  { files: tests, rules: testRules },
  {
    files: ['*.{js,mjs,cjs}', '.ci/**/*.mjs', '.workspace/*.mjs', '.release/*.mjs'],
    rules: { 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error', 'no-var': 'error' },
  },
);
