// prints: {"dark":true} revision_mismatch
import { EngineError, openEngine } from '@account-data/embedded';

const engine = await openEngine({ path: './embedded' });
await engine.setAccountData('@alice:example.org', null, 'org.example.theme', { dark: true });
const content = JSON.stringify(engine.get('@alice:example.org', null, 'org.example.theme')?.content);
try {
  await engine.setAccountData('@alice:example.org', null, 'org.example.theme', {}, { ifRevision: 'absent' });
} catch (error) {
  console.log(content, error instanceof EngineError ? error.code : error);
}
await engine.close();
