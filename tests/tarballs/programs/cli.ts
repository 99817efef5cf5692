// prints: function
import { runCommand } from '@account-data/cli';

console.log(typeof runCommand);
