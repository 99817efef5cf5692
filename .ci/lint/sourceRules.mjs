/** For what is shipped: packages and programs, without their tests. */
export const sourceRules = {
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/prefer-readonly': 'error',
  'max-lines': ['error', { max: 400 }],
  // Programs write to their streams and loggers; a library has a logger port.
  'no-console': 'error',
};
