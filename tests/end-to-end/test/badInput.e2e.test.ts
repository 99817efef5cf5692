import { embeddedLog } from '../src/index.js';
import { badInput } from './suites/badInput.js';

badInput(embeddedLog);
