// prints: webhook
import * as webhook from '@account-data/module-webhook';
import { configureModule } from '@account-data/modules';

const configured = configureModule(webhook.module, { url: 'https://hooks.example.org/', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
console.log(configured.name);
