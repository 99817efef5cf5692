import { embeddedLog } from '../src/index.js';
import { commandOverHttp } from './suites/commandOverHttp.js';

commandOverHttp(embeddedLog);
