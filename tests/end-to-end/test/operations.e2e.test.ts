import { embeddedLog } from '../src/index.js';
import { operations } from './suites/operations.js';

operations(embeddedLog);
