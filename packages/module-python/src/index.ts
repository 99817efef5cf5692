export { module } from './python.js';
export type { PythonConfig } from './PythonConfig.js';
export { PythonError, type PythonErrorCode } from './PythonError.js';
