// prints: python a.B
import * as python from '@account-data/module-python';
import { configureModule } from '@account-data/modules';

const configured = configureModule(python.module, { class: 'a.B' });
console.log(configured.name, python.module.parseConfig({ class: 'a.B' }).className);
