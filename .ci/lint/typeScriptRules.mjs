import { restrictImports, restrictSyntax } from './restrictions.mjs';

/** For every TypeScript file. */
export const typeScriptRules = {
  // Numbers, revisions and positions are printed as they are.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
  // A type alias of an object has an implicit index signature, which an interface has not: both have their place.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/consistent-indexed-object-style': 'off',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/array-type': ['error', { default: 'generic', readonly: 'generic' }],
  // It asks for the `!` that no-non-null-assertion forbids.
  '@typescript-eslint/non-nullable-type-assertion-style': 'off',
  '@typescript-eslint/no-unnecessary-type-arguments': 'off',
  // oauth4webapi marks it so that it stands out. The server takes an issuer of http on loopback only.
  '@typescript-eslint/no-deprecated': ['error', { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'oauth4webapi' }] }],
  // A switch over a tagged union names every case, so that a new one is seen at each place, or says what the rest has
  // in common in a default branch.
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/ban-ts-comment': [
    'error',
    { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 },
  ],
  'no-restricted-syntax': restrictSyntax('defaultExport', 'castThroughUnknown', 'redirectError', 'anyOfTimeout', 'focusedOrSkippedTest'),
  'no-restricted-imports': restrictImports('fpTs', 'ioTs', 'dist'),
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
  eqeqeq: 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};
