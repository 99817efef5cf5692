import { embeddedLog } from '../src/index.js';
import { feedResume } from './suites/feedResume.js';

feedResume(embeddedLog);
