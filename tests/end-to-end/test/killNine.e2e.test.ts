import { embeddedLog } from '../src/index.js';
import { killNine } from './suites/killNine.js';

killNine(embeddedLog, 24);
