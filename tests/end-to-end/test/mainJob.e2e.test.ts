import { embeddedLog } from '../src/index.js';
import { mainJob } from './suites/mainJob.js';

mainJob(embeddedLog);
