import { embeddedLog } from '../src/index.js';
import { gracefulStop } from './suites/gracefulStop.js';

gracefulStop(embeddedLog);
