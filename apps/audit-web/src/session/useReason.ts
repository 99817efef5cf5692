import { useSyncExternalStore } from 'react';
import { reasonOfTab } from './reasonOfTab.js';
import { useSession } from './Session.js';

/** Why data of others is looked at in this tab. */
export const useReason = (): string | undefined => useSyncExternalStore(reasonOfTab.listen, reasonOfTab.read);

/** Whether who is signed in is noted when they look at the data of others: auditors and admins are. */
export const useIsNoted = (): boolean => ['auditor', 'admin'].includes(useSession().who.role);
