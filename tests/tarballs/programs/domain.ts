// prints: 0
import { Revision, decideAccountData, defaultLimits, emptyUserState, foldAccountData, parseSetAccountData } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';

const command = parseSetAccountData({ userId: '@alice:example.org', roomId: null, type: 'org.example.theme', content: { dark: true } }, defaultLimits);
if (E.isLeft(command)) throw new Error(command.left.message);
const decided = decideAccountData(command.right, { limits: defaultLimits, suppressUnchanged: false })(emptyUserState);
if (E.isLeft(decided) || decided.right._tag === 'Repeated') throw new Error('refused');
const metadata = { actor: { kind: 'user', id: '@alice:example.org' } } as const;
const state = foldAccountData(emptyUserState)(decided.right.events.map((event, i) => ({ event, revision: Revision(i), metadata })));
console.log(state.entry(null, command.right.type)?.revision);
