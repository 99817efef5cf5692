// prints: @alice:example.org has changed their account data for type org.example.theme to: {"dark": true}
import * as auditRoom from '@account-data/module-audit-room';
import { configureModule } from '@account-data/modules';
import { createModuleHarness } from '@account-data/modules/testing';

const configured = configureModule(auditRoom.module, { audit_room: '!audit:example.org', sender: '@auditor:example.org' });
const harness = await createModuleHarness(configured);
await harness.deliver({ userId: '@alice:example.org', type: 'org.example.theme', content: { dark: true } });
console.log(harness.roomEvents[0]?.content['body']);
