// A report of a month, in Markdown.
//
//   ACCOUNT_DATA_URL=http://127.0.0.1:8090 ACCOUNT_DATA_TOKEN=… npm start --silent 2026-01 > 2026-01.md
import { ClientError, createAccountDataClient } from '@account-data/client';
import { parseMonth } from './Month.js';
import { emptyReport, withChange } from './Report.js';
import { reportText } from './reportText.js';

const { ACCOUNT_DATA_URL: baseUrl = 'http://127.0.0.1:8090', ACCOUNT_DATA_TOKEN: token = '' } = process.env;
const [name = ''] = process.argv.slice(2);

const write = async (): Promise<void> => {
  const month = parseMonth(name);
  if (month === undefined) throw new TypeError('Say which month: 2026-01.');
  const client = createAccountDataClient({ baseUrl, token });
  let report = emptyReport;
  // Page by page, in the order of the log: however long the month was, a page of it is in memory.
  for await (const entry of client.logHistoryEntries({ ...month, direction: 'forwards', limit: 1_000 })) report = withChange(report, entry);
  process.stdout.write(reportText(name, report));
};

try {
  await write();
} catch (error) {
  if (!(error instanceof ClientError) && !(error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
