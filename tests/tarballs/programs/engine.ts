// prints: true 1
import { createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';

const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
await engine.setAccountData('@alice:example.org', null, 'org.example.theme', { dark: true });
const content = engine.get('@alice:example.org', null, 'org.example.theme')?.content;
console.log(content?.['dark'], (await engine.history('@alice:example.org')).entries.length);
await engine.close();
