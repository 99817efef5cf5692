import { auditRoom } from './exampleConfig.js';
import type { DataFolder } from './DataFolder.js';
import { jsonLinesOf } from './runCommandLine.js';
import { waitUntil } from './waitUntil.js';

/** What modules have said in the audit room until now, in its order. */
export const announcements = async ({ path }: DataFolder): Promise<ReadonlyArray<string>> => {
  const events = await jsonLinesOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: path });
  return events.map(({ content }) => String((content as { readonly body: unknown }).body));
};

/** The same, once they are at least so many. `report`: what to say of the deliveries where they never are. */
export const announcementsOnceThere = (
  folder: DataFolder,
  count: number,
  report: (found: ReadonlyArray<string>) => string | Promise<string> = () => '',
): Promise<ReadonlyArray<string>> => {
  let found: ReadonlyArray<string> = [];
  return waitUntil(
    async () => `${count} announcements, of which ${found.length} are there\n${await report(found)}`,
    async () => {
      found = await announcements(folder);
      return found.length >= count ? found : undefined;
    },
  );
};
