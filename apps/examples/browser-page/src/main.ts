import { ClientError, createAccountDataClient } from '@account-data/client';
import { type Followed, follow } from './Followed.js';

const found = <A extends Element>(selector: string, kind: new () => A): A => {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return element;
};

const form = found('form', HTMLFormElement);
const status = found('[role=status]', HTMLParagraphElement);
const list = found('ul', HTMLUListElement);

/** As text, never as HTML: it is anybody's. */
const show = (followed: Followed): void => {
  list.replaceChildren(
    ...[...followed.values()].map(({ roomId, type, content }) => {
      const item = document.createElement('li');
      const code = document.createElement('code');
      code.textContent = JSON.stringify(content);
      item.append(`${type}${roomId === null ? '' : ` in ${roomId}`}: `, code);
      return item;
    }),
  );
};

let stop = new AbortController();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  stop.abort();
  stop = new AbortController();
  const text = (name: string): string => found(`[name=${name}]`, HTMLInputElement).value;
  void run(createAccountDataClient({ baseUrl: text('url'), token: text('token') }), text('user'), stop.signal);
});

const run = async (client: ReturnType<typeof createAccountDataClient>, user: string, signal: AbortSignal): Promise<void> => {
  try {
    for await (const followed of follow(client, user, signal)) {
      status.textContent = `Following ${user}.`;
      show(followed);
    }
  } catch (error) {
    if (!signal.aborted) status.textContent = error instanceof ClientError ? error.message : String(error);
  }
};
