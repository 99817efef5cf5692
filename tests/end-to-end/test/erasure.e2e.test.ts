import { embeddedLog } from '../src/index.js';
import { erasure } from './suites/erasure.js';

erasure(embeddedLog);
