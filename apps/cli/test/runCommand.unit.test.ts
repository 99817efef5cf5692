import { accountDataLog } from '@account-data/engine';
import { createInMemoryEventStore, type EventStore } from '@account-data/event-store';
import { simulatedRuntime } from '@account-data/runtime';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../src/commands/catalog.js';
import type { Services } from '../src/commands/Execution.js';
import { refusal } from '../src/Refusal.js';
import { runCommand } from '../src/runCommand.js';
import { folderTarget } from '../src/target/folder/folderTarget.js';
import { refused } from '../src/target/refusalOf.js';
import type { World } from '../src/World.js';

const alice = '@alice:example.org';
const theme = 'org.example.theme';
const room = '!home:example.org';

interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

let store: EventStore;
let run: (args: ReadonlyArray<string>, input?: string) => Promise<Run>;

beforeEach(() => {
  const runtime = simulatedRuntime({ seed: 1, startAt: Date.UTC(2025, 2, 1, 9, 30) });
  store = createInMemoryEventStore({ runtime });
  const log = accountDataLog({ store, runtime });
  const services: Services = {
    withTarget: (_, __, work) =>
      refused(work(folderTarget(log, store, { kind: 'admin', id: 'operator' })), undefined),
    withServer: () => TE.left(refusal('server_unreachable', 'No answer from http://127.0.0.1:8090.')),
    serve: ({ config }) => () => Promise.resolve(config === 'broken.yaml' ? 1 : 0),
    diagnose: ({ dir }) =>
      TE.right([
        { severity: 'info', code: 'log_opened', message: 'The log opens.' },
        ...(dir === 'broken' ? [{ severity: 'error' as const, code: 'store_corrupt', message: 'It is\u001b damaged.' }] : []),
      ]),
    acceptLoss: ({ dir }) => TE.right(dir === 'older' ? { end: 3, acknowledged: 7 } : { end: 7, acknowledged: 7 }),
    compact: ({ format }) => TE.right({ entriesRemoved: 58, bytesBefore: 9_000, bytesAfter: format === 1 ? 3_000 : 4_000 }),
    scrub: ({ dir }) =>
      TE.right({ end: 7, damage: dir === 'damaged' ? [{ message: 'Position 3 is damaged.', from: 3, to: 3 }, { message: 'The index is damaged.' }] : [] }),
    follow: ({ serverName }) => () => Promise.resolve(serverName === undefined ? 2 : 0),
    checkFollow: ({ postgres }) =>
      TE.right(
        postgres === undefined
          ? [{ severity: 'info', code: 'no_slot', message: 'The slot is made later.', statements: [] }]
          : [{ severity: 'error', code: 'no_replica_identity', message: 'It lacks\u001b one.', statements: ['ALTER TABLE a;', 'ALTER TABLE b;'] }],
      ),
    backUp: ({ to }) => (to === 'full' ? TE.left(refusal('store_folder_not_empty', 'full is not empty.')) : TE.right({ end: 7 })),
    putBack: ({ from }) => TE.right({ end: 7, erased: from === 'older' ? 2 : 0 }),
    salvage: ({ to }) =>
      TE.right({
        end: 9,
        entries: 5,
        lost: [{ from: 3, to: 3 }, { from: 5, to: 7 }],
        revisions: [{ stream: 'account_data-@a\u001b:b', userId: '@a\u001b:b', from: 1, to: 2 }, { stream: to ?? 'other', from: 4, to: 4 }],
      }),
    listTokens: () =>
      TE.right([
        { sha256: 'abcdef0123456789', role: 'admin', name: 'first-start', keptIn: 'data folder' },
        { sha256: '0123456789abcdef', role: 'user', userId: alice, keptIn: 'configuration' },
      ]),
    revokeToken: ({ which }) =>
      which === 'first-start' ? TE.right({ sha256: 'abcdef0123456789', role: 'admin', name: which, keptIn: 'data folder' }) : TE.left(refusal('no_such_token', 'No token has this digest or name.')),
    readContexts: () => TE.right({ contexts: [] }),
    writeContexts: () => TE.right(undefined),
    makeToken: ({ role }) =>
      role === 'auditor'
        ? TE.left(refusal('token_file_unusable', 'tokens.json is not JSON.'))
        : TE.right({ token: 'adt_secret', sha256: 'abc123', savedIn: '/srv/data' }),
  };
  run = async (args, input = '') => {
    const written = { output: '', errors: '' };
    const world: World = {
      env: {},
      version: '1.2.3',
      cwd: '/srv',
      userName: 'operator',
      readInput: () => Promise.resolve(input),
      async *readLines (file) {
        if (file === '/srv/missing.json') throw Object.assign(new Error('no such file'), { code: 'ENOENT', path: file });
        for (const line of await Promise.resolve(input.split('\n'))) yield line;
      },
      write: (text) => {
        written.output += text;
        return Promise.resolve();
      },
      writeError: (text) => {
        written.errors += text;
      },
      edit: (text) => {
        const file = '/srv/content.json';
        if (input === '') return Promise.reject(new Error('There is no editor.'));
        const [from = '', to = ''] = input.split('>');
        return Promise.resolve({ text: text.replace(from, to), file, forget: () => Promise.resolve() });
      },
      stopped: new AbortController().signal,
      runtime,
    };
    return { code: await runCommand(args, world, services), ...written };
  };
});

describe('edit', () => {
  it('sets what was written in the editor, at the revision that was read', async () => {
    await run(['put', alice, theme, '{"theme":"dark"}']);
    expect(await run(['edit', alice, theme], 'dark>light')).toMatchObject({ code: 0, output: `Set ${theme} of ${alice} at revision 1.\n` });
    expect(await run(['edit', alice, theme], 'light>light')).toEqual({ code: 0, output: '', errors: 'account-data: Nothing was changed.\n' });
    expect(await run(['edit', alice, 'org.example.new'], '{}>{"a":1}')).toMatchObject({ code: 0 });
    expect((await run(['get', alice, theme])).output).toContain('light');
  });

  it('keeps what is no JSON, and changes nothing', async () => {
    const refused = await run(['edit', alice, theme], '{}>{"secret":');
    expect(refused).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('(invalid_content)') as string });
    expect(refused.errors).toContain('kept in /srv/content.json');
    expect(refused.errors).not.toContain('secret');
    expect(await run(['edit', alice, theme])).toMatchObject({ code: 1, errors: expect.stringContaining('(editor_failed)') as string });
    expect(await run(['history', alice, '--json'])).toMatchObject({ output: '' });
  });
});

describe('users', () => {
  it('are listed by what their IDs begin with, also page by page', async () => {
    for (const user of ['@bob:example.org', alice, '@alan:example.org']) await run(['put', user, theme, '{"a":1}']);
    await run(['tag', 'set', '@tim:example.org', room, 'u.work']);
    expect((await run(['users'])).output).toBe(`@alan:example.org\n${alice}\n@bob:example.org\n@tim:example.org\n`);
    expect((await run(['users', '@al', '--json'])).output).toBe(`{"user_id":"@alan:example.org"}\n{"user_id":"${alice}"}\n`);
    expect(await run(['users', '--limit', '1'])).toMatchObject({ output: '@alan:example.org\n', errors: expect.stringContaining('There are more') as string });
    expect(await run(['users', '@z'])).toMatchObject({ code: 0, output: '', errors: expect.stringContaining('whose IDs begin with @z') as string });
  });
});

describe('token list and revoke', () => {
  it('tell tokens by their digests and where they are kept', async () => {
    expect((await run(['token', 'list'])).output).toBe(`abcdef012345  admin  first-start  in the data folder\n0123456789ab  user  ${alice}  in the configuration\n`);
    expect((await run(['token', 'list', '-o', 'table'])).output).toMatch(/^TOKEN SHA256 +ROLE +USER ID +NAME +KEPT IN\n/);
    expect((await run(['token', 'revoke', 'first-start'])).output).toBe('Revoked abcdef012345  admin  first-start  in the data folder\n');
    expect(await run(['token', 'revoke', 'abc'])).toMatchObject({ code: 2 });
    expect(await run(['token', 'revoke', 'nobody'])).toMatchObject({ code: 1, errors: expect.stringContaining('(no_such_token)') as string });
  });
});

describe('store accept-loss', () => {
  it('says where the log goes on, and what is lost', async () => {
    const lost = 'The log goes on at position 3. What was acknowledged from 4 to 7 is lost.\n';
    expect(await run(['store', 'accept-loss', '--dir', 'older'])).toEqual({ code: 0, output: lost, errors: '' });
    expect((await run(['store', 'accept-loss', '--dir', 'older', '--json'])).output).toBe('{"end":"3","acknowledged":"7"}\n');
    expect((await run(['store', 'accept-loss'])).output).toContain('Nothing is lost');
  });
});

describe('store compact', () => {
  it('writes the format that is asked for, or else today\'s, and says what it removed', async () => {
    const text = 'The log was written anew in format 1 without 58 entries (9000 bytes before, 3000 after).\n';
    expect(await run(['store', 'compact', '--format', '1'])).toEqual({ code: 0, output: text, errors: '' });
    expect((await run(['store', 'compact', '--json'])).output).toBe('{"format":2,"entriesRemoved":58,"bytesBefore":9000,"bytesAfter":4000}\n');
    expect(await run(['store', 'compact', '--format', '3'])).toMatchObject({ code: 2, output: '' });
  });
});

describe('store scrub', () => {
  it('names each damage, and ends with 1 where there is any', async () => {
    expect(await run(['store', 'scrub'])).toEqual({ code: 0, output: 'The log is whole, up to position 7.\n', errors: '' });
    const damaged = await run(['store', 'scrub', '--dir', 'damaged']);
    expect(damaged).toMatchObject({ code: 1, output: 'Position 3 is damaged.\nThe index is damaged.\n' });
    expect(damaged.errors).toContain('(store_damaged)');
    expect((await run(['store', 'scrub', '--dir', 'damaged', '--json'])).output).toBe(
      '{"end":"7","damage":[{"message":"Position 3 is damaged.","from":"3","to":"3"},{"message":"The index is damaged."}]}\n',
    );
  });
});

describe('store backup and restore', () => {
  it('say up to where the log was copied, and who was erased again', async () => {
    expect(await run(['store', 'backup', 'copy'])).toEqual({ code: 0, output: 'The log was copied to copy, up to position 7.\n', errors: '' });
    expect((await run(['store', 'backup', 'copy', '--json'])).output).toBe('{"end":"7"}\n');
    expect(await run(['store', 'backup', 'full'])).toMatchObject({ code: 1, output: '' });
    expect(await run(['store', 'backup'])).toMatchObject({ code: 2 });
    expect((await run(['store', 'restore', 'copy'])).output).not.toContain('erased');
    expect((await run(['store', 'restore', 'older'])).output).toContain('2 users whom the list of erasures names were in it');
    expect((await run(['store', 'restore', 'older', '--json'])).output).toBe('{"end":"7","erased":2}\n');
  });
});

describe('store salvage', () => {
  it('names the positions that are lost and whose they were, and where what is left is', async () => {
    expect(await run(['store', 'salvage'])).toEqual({
      code: 0,
      output:
        'lost: position 3\nlost: positions 5 to 7\n  of the user @a\\u001b:b, in account_data-@a\\u001b:b: revisions 1 to 2\n' +
        '  of other: revision 4\n5 entries are left, up to position 9.\nNothing was written. Name a new data folder with --to.\n',
      errors: '',
    });
    expect((await run(['store', 'salvage', '--to', 'new'])).output).toContain('They are in new; the damaged folder is as it was.');
    expect(JSON.parse((await run(['store', 'salvage', '--json'])).output)).toMatchObject({
      end: '9',
      lost: [{ from: '3', to: '3' }, { from: '5', to: '7' }],
      revisions: [{ user_id: '@a\u001b:b', from: '1', to: '2' }, { stream: 'other', from: '4', to: '4' }],
    });
  });
});

describe('doctor', () => {
  it('tells what it found, and ends with 1 where something is wrong', async () => {
    expect(await run(['doctor'])).toEqual({ code: 0, output: 'info     The log opens. (log_opened)\n', errors: '' });
    const broken = await run(['doctor', '--dir', 'broken']);
    expect(broken.code).toBe(1);
    expect(broken.output).toBe('info     The log opens. (log_opened)\nerror    It is\\u001b damaged. (store_corrupt)\n');
    expect(broken.errors).toContain('(doctor_found_errors)');
    const { output } = await run(['doctor', '--dir', 'broken', '--json']);
    expect(output.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([{ code: 'log_opened' }, { severity: 'error' }]);
  });
});

describe('follow-synapse', () => {
  it('says what the database lacks, with the SQL, and ends as the server does', async () => {
    const lacking = await run(['follow-synapse', '--postgres', 'postgresql://x', '--check']);
    expect(lacking.code).toBe(1);
    expect(lacking.output).toBe('error    It lacks\\u001b one. (no_replica_identity)\n  ALTER TABLE a;\n  ALTER TABLE b;\n');
    expect(lacking.errors).toContain('(not_prepared)');
    expect(await run(['follow-synapse', '--check', '--json'])).toMatchObject({ code: 0, output: '{"severity":"info","code":"no_slot","message":"The slot is made later.","statements":[]}\n' });
    expect((await run(['follow-synapse', '--server-name', 'example.org'])).code).toBe(0);
    expect((await run(['follow-synapse'])).code).toBe(2);
  });
});

describe('what is refused before a command is done', () => {
  it.each([
    [['frob'], "Unknown command 'frob'."],
    [['puts', alice, theme, '{}'], 'Did you mean put?'],
    [['parked', 'audit-room'], 'Did you mean modules parked or follow parked?'],
    [['rebuild'], 'Did you mean projection rebuild?'],
    [['--dir', 'data', 'get', alice, theme], 'Options come after the command'],
    [['put', alice], "Missing required argument 'type'."],
    [['history', alice, '--limit', '0'], 'It must be an integer from 1 to 999999999.'],
    [['history', alice, '--global', '--room', room], 'Give one of them.'],
    [['history', '--room', room, '--backwards'], 'Name a user, or leave out --backwards.'],
    [[], 'No command is named.'],
    [['modules'], 'No command is named.'],
  ])('has its code and is JSON where that is asked for: %j', async (args, said) => {
    const result = await run(args);
    expect(result).toMatchObject({ code: 2, output: '', errors: expect.stringMatching(/^account-data: .*\(usage\)\n/) as string });
    expect(result.errors).toContain(said);
    const { errors } = await run([...args, '--json']);
    expect(JSON.parse(errors)).toMatchObject({ error: { code: 'usage', message: expect.any(String) as string } });
  });

  it('is told from a user of whom nothing is known', async () => {
    expect(await run(['history', alice])).toEqual({ code: 0, output: '', errors: `account-data: No account data was ever changed for ${alice}.\n` });
    expect(await run(['history', alice, '--json'])).toEqual({ code: 0, output: '', errors: '' });
  });

  it.each([['--type', theme], ['--global'], ['--room', room], ['--since', '2026-01-01'], ['--until', '2025-01-01'], ['--tags', '--room', room]])(
    'says only that nothing matches where there are filters: %s %s',
    async (...filters) => {
      await run(['put', alice, 'org.example.other', '{}', ...(filters[0] === '--global' ? ['--room', room] : [])]);
      const { errors } = await run(['history', alice, ...filters]);
      expect(errors).toBe(`account-data: Nothing matches for ${alice}: without the filters, there may be changes.\n`);
    },
  );
});

describe('put, get and delete', () => {
  it('say what they did, and show what is there', async () => {
    expect(await run(['put', alice, theme, '{"theme":"dark"}'])).toEqual({
      code: 0,
      output: `Set ${theme} of ${alice} at revision 0.\n`,
      errors: '',
    });
    expect(await run(['put', alice, theme, '-', '--room', room], '{"theme":\n"light"}')).toEqual({
      code: 0,
      output: `Set ${theme} of ${alice} in room ${room} at revision 1.\n`,
      errors: '',
    });
    expect(await run(['get', alice, theme])).toEqual({ code: 0, output: '{\n  "theme": "dark"\n}\n', errors: '' });
    expect(await run(['get', alice, theme, '--room', room, '--json'])).toEqual({
      code: 0,
      output: `{"user_id":"${alice}","room_id":"${room}","type":"${theme}","content":{"theme":"light"},"revision":"1"}\n`,
      errors: '',
    });
    expect((await run(['delete', alice, theme])).output).toBe(`Deleted ${theme} of ${alice} at revision 2.\n`);
    expect(await run(['get', alice, theme])).toEqual({
      code: 1,
      output: '',
      errors: `account-data: ${alice} has no account data ${theme}. (not_found)\n`,
    });
  });

  it('change only at the revision that is named', async () => {
    expect((await run(['put', alice, theme, '{"a":1}', '--if-revision', 'absent', '--json'])).output).toMatch(
      /^\{"revision":"0","position":"\d+","repeated":false\}\n$/,
    );
    const result = await run(['put', alice, theme, '{"a":2}', '--if-revision', 'absent', '--json']);
    expect(result).toMatchObject({ code: 1, output: '' });
    expect(JSON.parse(result.errors)).toMatchObject({
      error: { code: 'revision_mismatch', advice: expect.stringContaining('--if-revision') as unknown },
    });
    expect((await run(['put', alice, theme, '{"a":2}', '--if-revision', '0'])).code).toBe(0);
  });

  it('answer a repeated request as the first time', async () => {
    const args = ['put', alice, theme, '{"a":1}', '--request-key', 'once'];
    expect((await run(args)).output).toBe(`Set ${theme} of ${alice} at revision 0.\n`);
    expect((await run(args)).output).toBe(
      `Set ${theme} of ${alice} at revision 0 (already, by an earlier request with this key).\n`,
    );
    expect(await run(['put', alice, theme, '{"a":2}', '--request-key', 'once'])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('(request_key_reused)') as unknown,
    });
  });

  it.each([
    [['put', 'alice', theme, '{}'], 'invalid_user_id'],
    [['put', alice, 'm.push_rules', '{}'], 'protected_type'],
    [['put', alice, theme, '"text"'], 'invalid_content'],
    [['put', alice, theme, '{"n":1e400}'], 'unsafe_number'],
    [['get', alice, theme, '--room', 'home'], 'invalid_room_id'],
    [['history', 'alice'], 'invalid_user_id'],
    [['history', alice, '--room', 'home'], 'invalid_room_id'],
    [['tag', 'set', alice, room, 'u.work', '{"order":2}'], 'invalid_tag_order'],
    [['room', 'tail', 'audit', '--no-follow'], 'invalid_room_id'],
  ])('%j is refused with its code', async (args, code) => {
    const result = await run(args);
    expect(result).toMatchObject({ code: 1, output: '' });
    expect(result.errors).toContain(`(${code})`);
    expect(await store.head()()).toMatchObject({ right: 'start' });
  });
});

describe('content of a file', () => {
  it('is what @FILE names, and what is wrong with it is said without repeating it', async () => {
    expect((await run(['put', alice, theme, '@content.json'], '{"theme":\n"dark"}')).code).toBe(0);
    expect((await run(['get', alice, theme])).output).toBe('{\n  "theme": "dark"\n}\n');
    expect((await run(['tag', 'set', alice, room, 'u.work', '@tag.json'], '{"order":0.5}')).code).toBe(0);
    const wrong = await run(['put', alice, theme, '@content.json'], '{"secret":');
    expect(wrong).toMatchObject({ code: 2, errors: expect.stringContaining('content.json is not JSON') as string });
    expect(wrong.errors).not.toContain('secret');
    expect(await run(['put', alice, theme, '@missing.json'])).toMatchObject({ code: 2, errors: expect.stringContaining("missing.json can't be read (ENOENT)") as string });
  });
});

describe('revert', () => {
  beforeEach(async () => {
    await run(['put', alice, theme, '{"theme":"dark"}']);
    await run(['put', alice, theme, '{"theme":"light"}']);
    await run(['put', alice, 'org.example.pin', '{"pin":1}', '--room', room]);
  });

  it('undoes the last change of a key, with a reason in the history', async () => {
    expect(await run(['revert', alice, '1'])).toEqual({ code: 0, output: `Reverted revision 1 of ${theme} of ${alice} at revision 3.\n`, errors: '' });
    expect((await run(['get', alice, theme])).output).toContain('"dark"');
    expect((await run(['history', alice, '--type', theme, '--backwards', '--limit', '1'])).output).toContain('why:   reverts revision 1\n');
    await run(['revert', alice, '2']);
    expect(await run(['get', alice, 'org.example.pin', '--room', room])).toMatchObject({ code: 1 });
    // A deletion is undone as well.
    await run(['revert', alice, '4']);
    expect((await run(['get', alice, 'org.example.pin', '--room', room])).output).toContain('"pin": 1');
  });

  it('only shows what it would do where that is asked for', async () => {
    expect(await run(['revert', alice, '1', '--dry-run'])).toEqual({
      code: 0,
      output: `${theme}\n      {\n    -   "theme": "light"\n    +   "theme": "dark"\n      }\n`,
      errors: '',
    });
    expect((await run(['get', alice, theme])).output).toContain('"light"');
  });

  it('overwrites no later change, and knows what there is', async () => {
    expect(await run(['revert', alice, '0'])).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('(changed_since)') as string });
    expect(await run(['revert', alice, '9'])).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('(nothing_to_restore)') as string });
    expect((await run(['get', alice, theme])).output).toContain('"light"');
  });
});

describe('state', () => {
  it('shows all that a user has, tags too', async () => {
    await run(['put', alice, theme, '{"theme":"dark"}']);
    await run(['tag', 'set', alice, room, 'u.work', '{"order":0.5}']);
    expect(await run(['state', alice])).toEqual({ code: 0, output: `${theme}  revision 0  {"theme":"dark"}\ntag u.work in room ${room}  {"order":0.5}\n`, errors: '' });
    expect(JSON.parse((await run(['state', alice, '-o', 'json', '--columns', 'type,tags'])).output)).toEqual([{ type: theme }, { tags: { 'u.work': { order: 0.5 } } }]);
  });
});

describe('tag', () => {
  it('sets, lists and removes', async () => {
    expect((await run(['tag', 'set', alice, room, 'm.favourite', '{"order":0.5}'])).output).toBe(
      `Set tag m.favourite of ${alice} in room ${room} at revision 0.\n`,
    );
    await run(['tag', 'set', alice, room, 'u.work']);
    expect((await run(['tag', 'list', alice, room])).output).toBe('m.favourite  {"order":0.5}\nu.work  {}\n');
    await run(['tag', 'remove', alice, room, 'm.favourite']);
    expect((await run(['tag', 'list', alice, room, '--json'])).output).toBe(
      `{"user_id":"${alice}","room_id":"${room}","tag":"u.work","content":{}}\n`,
    );
  });
});

describe('history', () => {
  beforeEach(async () => {
    await run(['put', alice, theme, '{"theme":"dark"}']);
    await run(['put', alice, theme, '{"theme":"light"}', '--reason', 'too dark']);
    await run(['put', alice, 'org.example.pin', '{"pin":1}', '--room', room]);
  });

  it('tells who changed what from what to what, when and why', async () => {
    expect(await run(['history', alice])).toEqual({
      code: 0,
      output: [
        '2025-03-01T09:30:00.000Z  revision 0  org.example.theme',
        '    by:    admin operator',
        '    from:  nothing',
        '    to:    {"theme":"dark"}',
        '2025-03-01T09:30:00.000Z  revision 1  org.example.theme',
        '    by:    admin operator',
        '    from:  {"theme":"dark"}',
        '    to:    {"theme":"light"}',
        '    why:   too dark',
        '2025-03-01T09:30:00.000Z  revision 2  org.example.pin in room !home:example.org',
        '    by:    admin operator',
        '    from:  nothing',
        '    to:    {"pin":1}',
        '',
      ].join('\n'),
      errors: '',
    });
  });

  it('can be narrowed, turned round and cut', async () => {
    const revisions = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<unknown>> =>
      (await run(['history', alice, '--json', ...args])).output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { readonly revision: unknown }).revision);
    expect(await revisions()).toEqual(['0', '1', '2']);
    expect(await revisions('--backwards')).toEqual(['2', '1', '0']);
    expect(await revisions('--backwards', '--limit', '2')).toEqual(['2', '1']);
    expect(await revisions('--type', theme)).toEqual(['0', '1']);
    expect(await revisions('--room', room)).toEqual(['2']);
    expect(await revisions('--global', '--backwards')).toEqual(['1', '0']);
    expect(await revisions('--type', 'org.example.other')).toEqual([]);
  });

  it('tells what one actor changed, up to a limit', async () => {
    const by = async (...args: ReadonlyArray<string>): Promise<Run> => run(['history', alice, '-o', 'ndjson', '--columns', 'revision', ...args]);
    expect(await by('--actor', 'operator', '--limit', '2')).toEqual({
      code: 0,
      output: '{"revision":"0"}\n{"revision":"1"}\n',
      errors: 'There is more: a larger --limit shows it, or a later --since.\n',
    });
    expect(await by('--actor', 'operator', '--limit', '3')).toMatchObject({ output: expect.stringContaining('"2"') as string, errors: '' });
    const { correlation_id: correlation } = JSON.parse((await run(['history', alice, '--json', '--limit', '1'])).output) as { readonly correlation_id: string };
    expect(await by('--correlation', correlation)).toEqual({ code: 0, output: '{"revision":"0"}\n', errors: '' });
    expect(await run(['history', alice, '--actor', 'nobody'])).toEqual({ code: 0, output: '', errors: `account-data: Nothing matches for ${alice}: without the filters, there may be changes.\n` });
  });

  it('has the names of the service API in JSON', async () => {
    const [line] = (await run(['history', alice, '--type', theme, '--backwards', '--limit', '1', '--json'])).output.split('\n');
    expect(JSON.parse(line ?? '')).toEqual({
      user_id: alice,
      room_id: null,
      type: theme,
      content: { theme: 'light' },
      previous_content: { theme: 'dark' },
      revision: '1',
      time: '2025-03-01T09:30:00.000Z',
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      actor: { kind: 'admin', id: 'operator' },
      reason: 'too dark',
      correlation_id: expect.any(String) as unknown,
      origin: 'api',
    });
  });
});

describe('what was', () => {
  beforeEach(async () => {
    await run(['put', alice, theme, '{"theme":"dark"}']);
    await run(['tag', 'set', alice, room, 'u.work', '{"order":0.5}', '--reason', 'sorting']);
    await run(['put', alice, 'org.example.pin', '{"pin":1}', '--room', room]);
    await run(['put', alice, theme, '{"theme":"light"}']);
    await run(['tag', 'remove', alice, room, 'u.work']);
  });

  it('is shown as of a moment, with the tags of that time', async () => {
    expect(await run(['as-of', alice, '--revision', '1'])).toEqual({
      code: 0,
      output: `${theme}  revision 0  {"theme":"dark"}\norg.example.pin in room ${room}  revision 1  {"pin":1}\n`,
      errors: expect.stringContaining('Tags are left out') as unknown,
    });
    expect(await run(['as-of', alice, '--time', '2025-02-28'])).toEqual({ code: 0, output: '', errors: `account-data: ${alice} had nothing then.\n` });
    expect((await run(['as-of', alice, '--time', '2025-03-02', '--json'])).output.split('\n')[0]).toBe(
      `{"user_id":"${alice}","room_id":null,"type":"${theme}","content":{"theme":"light"},"revision":"2"}`,
    );
    expect(await run(['as-of', alice, '--position', '5'])).toMatchObject({ code: 1, errors: expect.stringContaining('(needs_server)') as unknown });
    expect(await run(['as-of', alice])).toMatchObject({ code: 2 });
    expect(await run(['as-of', alice, '--revision', '0', '--time', '2025-03-02'])).toMatchObject({ code: 2 });
  });

  it('is compared with what is', async () => {
    expect(await run(['diff', alice, '--from-revision', '0'])).toEqual({
      code: 0,
      output: [
        `changed ${theme}`,
        '    changed /theme from "dark" to "light"',
        `added org.example.pin in room ${room}`,
        '    added /pin: 1',
        '',
      ].join('\n'),
      errors: '',
    });
    const [line] = (await run(['diff', alice, '--from-revision', '0', '--to-revision', '1', '--json'])).output.split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ user_id: alice, room_id: room, change: 'added', before: null, patch: [{ op: 'add', path: '/pin' }] });
    expect((await run(['diff', alice, '--from-revision', '0', '--global'])).output).not.toContain('pin');
    expect(await run(['diff', alice])).toMatchObject({ code: 2 });
  });

  it('is told of tags, too', async () => {
    expect((await run(['history', alice, '--tags'])).output).toBe(
      [
        `2025-03-01T09:30:00.000Z  revision 0  tag u.work in room ${room}`,
        '    by:    admin operator',
        '    from:  nothing',
        '    to:    {"order":0.5}',
        '    why:   sorting',
        `2025-03-01T09:30:00.000Z  revision 1  tag u.work in room ${room}`,
        '    by:    admin operator',
        '    from:  {"order":0.5}',
        '    to:    nothing (removed)',
        '',
      ].join('\n'),
    );
    const lines = (await run(['history', alice, '--tags', '--json', '--backwards'])).output.split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ tag: 'u.work', content: null, previous_content: { order: 0.5 }, revision: '1' });
  });

  it('is found in a window, and page by page', async () => {
    expect((await run(['history', alice, '--since', '2025-03-02'])).output).toBe('');
    expect((await run(['history', alice, '--since', 'today'])).output).toContain('revision 0');
    expect((await run(['history', alice, '--until', '1h'])).output).toBe('');
    expect((await run(['history', alice, '--until', '2025-03-01 10:30 +02:00'])).output).toBe('');
    expect((await run(['history', alice, '--until', '2025-03-01T09:30:00Z'])).output).toBe('');
    const first = await run(['history', alice, '--limit', '2', '--json']);
    expect(first.output.split('\n')).toHaveLength(3);
    expect(first.errors).toBe('There is more: go on with --cursor 2\n');
    const rest = await run(['history', alice, '--cursor', '2', '--json']);
    expect(JSON.parse(rest.output)).toMatchObject({ revision: '2' });
    expect(rest.errors).toBe('');
    expect(await run(['history', '--type', theme])).toMatchObject({ code: 1, errors: expect.stringContaining('(needs_server)') as unknown });
    for (const args of [[], [alice, '--all-users'], ['--all-users', '--tags'], [alice, '--tags', '--type', theme], [alice, '--since', 'soon']]) {
      expect(await run(['history', ...args])).toMatchObject({ code: 2, output: '' });
    }
  });

  it('comes as a feed, from any place', async () => {
    const all = await run(['feed', '--no-follow', '--tags']);
    expect(all).toMatchObject({ code: 0, errors: '' });
    expect(all.output.split('\n')).toEqual([
      `2025-03-01T09:30:00.000Z  ${alice}  set ${theme} to {"theme":"dark"}`,
      `2025-03-01T09:30:00.000Z  ${alice}  set tag u.work in room ${room} to {"order":0.5}`,
      `2025-03-01T09:30:00.000Z  ${alice}  set org.example.pin in room ${room} to {"pin":1}`,
      `2025-03-01T09:30:00.000Z  ${alice}  set ${theme} to {"theme":"light"}`,
      `2025-03-01T09:30:00.000Z  ${alice}  removed tag u.work in room ${room}`,
      '',
    ]);
    const lines = (await run(['feed', '--no-follow', '--json', '--type', theme])).output.trimEnd().split('\n');
    const [first] = lines.map((line) => JSON.parse(line) as { readonly id: string; readonly event: string });
    expect(first).toMatchObject({ event: 'account_data_updated', user_id: alice, content: { theme: 'dark' } });
    expect((await run(['feed', '--no-follow', '--json', '--type', theme, '--after', first?.id ?? ''])).output.trimEnd().split('\n')).toHaveLength(1);
    expect((await run(['feed', '--no-follow', '--user', '@bob:example.org'])).output).toBe('');
    expect(await run(['feed', '--no-follow', '--after', 'soon'])).toMatchObject({ code: 2 });
  });
});

it('a feed of an empty log ends at its end', async () => {
  expect(await run(['feed', '--no-follow'])).toEqual({ code: 0, output: '', errors: 'account-data: There are no such changes yet.\n' });
});

describe('token create', () => {
  it('shows the token once, with what makes another server know it', async () => {
    expect((await run(['token', 'create', '--role', 'user', '--user', alice])).output).toBe(
      [
        'adt_secret',
        '',
        'Keep it: it is shown this once, and only its digest is stored.',
        'The server of /srv/data accepts it. Another one does with this in its configuration:',
        '',
        'auth:',
        '  tokens:',
        `    - { token_sha256: "abc123", role: user, user_id: "${alice}" }`,
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await run(['token', 'create', '--role', 'service', '--name', 'billing', '--json'])).output)).toEqual({
      token: 'adt_secret',
      token_sha256: 'abc123',
      role: 'service',
      name: 'billing',
      saved_in: '/srv/data',
    });
  });

  it.each([
    [['token', 'create', '--role', 'user'], 2],
    [['token', 'create', '--role', 'user', '--user', 'alice'], 2],
    [['token', 'create', '--role', 'king'], 2],
    [['token', 'create'], 2],
    [['token', 'create', '--role', 'auditor'], 1],
  ])('%j ends with %i', async (args, code) => {
    const result = await run(args);
    expect(result).toMatchObject({ code, output: '' });
    expect(result.errors).not.toBe('');
  });
});

describe('completion', () => {
  const offered = async (...words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
    (await run(['__complete', 'fish', '--', 'account-data', ...words])).output.split('\n').slice(0, -1).map((line) => line.split('\t')[0] ?? '');

  beforeEach(async () => {
    await run(['put', alice, theme, '{"a":1}']);
    await run(['put', alice, 'org.example.room', '{"a":1}', '--room', room]);
    await run(['tag', 'set', alice, '!work:example.org', 'u.x', '{}']);
  });

  it.each([
    [['hist'], ['history']],
    [['tag', 's'], ['set']],
    [['tag', 'remove', alice, ''], [room, '!work:example.org']],
    [['tag', 'remove', alice, '!work:example.org', ''], ['u.x']],
    [['get', '@a'], [alice]],
    [['get', '@b'], []],
    [['get', alice, ''], ['org.example.room', theme]],
    [['get', '--room', room, alice, ''], ['org.example.room']],
    [['get', alice, '--room=!h'], [`--room=${room}`]],
    [['feed', '--type', 'org.example.t'], [theme]],
    [['history', '--by', ''], ['original', 'recorded']],
    [['history', '-o', 'y'], ['yaml']],
    [['get', '--json', '--con'], ['--config', '--context']],
    [['import', ''], [':files']],
    [['token', 'revoke', 'a'], ['abcdef0123456789']],
    [['get', alice, theme, ''], []],
    [['modules', 'parked', ''], []],
    [['frobnicate', ''], []],
  ] as const)('of %j is %j', async (words, values) => {
    expect(await offered(...words)).toEqual(values);
  });
});

describe('the command line', () => {
  it('shows its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, output: '1.2.3\n', errors: '' });
  });

  it('shows help on standard output', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, errors: '' });
    for (const name of ['serve', 'put', 'get', 'delete', 'tag', 'history', 'room', 'token']) expect(help.output).toContain(`  ${name}`);
    expect((await run(['room', 'tail', '--help'])).output).toContain('--no-follow');
  });

  it.each(catalog)('loads $name by its name, and lists it unless it is hidden', async ({ name, summary, hidden }) => {
    expect((await run([name, '--help'])).output).toContain(`Usage: account-data ${name} `);
    expect(new RegExp(`^  ${name} +${summary}$`, 'm').test((await run(['--help'])).output)).toBe(hidden !== true);
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['get', alice]],
    [['get', alice, theme, '--frobnicate']],
    [['put', alice, theme, '{"a":']],
    [['put', alice, theme, '{}', '--if-revision', '-1']],
    [['history', alice, '--limit', '0']],
  ])('%j is a usage error, and says so on standard error', async (args) => {
    const result = await run(args);
    expect(result).toMatchObject({ code: 2, output: '' });
    expect(result.errors).not.toBe('');
  });

  it('ends with what serve ends with', async () => {
    expect((await run(['serve'])).code).toBe(0);
    expect((await run(['serve', '--config', 'broken.yaml'])).code).toBe(1);
  });
});

describe('commands on a running server', () => {
  it('say that none answers', async () => {
    for (const args of [['modules', 'list'], ['projection', 'verify'], ['export'], ['erase', alice, '--yes'], ['restore', alice, '0']]) {
      expect(await run(args)).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('(server_unreachable)') as string });
    }
  });

  it('ask what is meant before they ask a server', async () => {
    expect(await run(['erase', alice])).toMatchObject({ code: 2, errors: expect.stringContaining('--yes') as string });
    expect(await run(['modules', 'drop', 'm'])).toMatchObject({ code: 2, errors: expect.stringContaining('--all') as string });
    expect(await run(['import-synapse', 'example.org'])).toMatchObject({ code: 2, errors: expect.stringContaining('--sqlite') as string });
    expect(await run(['erase', 'nobody', '--yes'])).toMatchObject({ code: 2 });
  });
});
