// prints: /v1/users/%40alice%3Aexample.org/account_data/org.example.theme
import { globalKey, pathOf } from '@account-data/service-api';

console.log(pathOf(globalKey.get, { userId: '@alice:example.org', type: 'org.example.theme' }));
