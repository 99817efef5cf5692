import type { CommandUnknownOpts } from '@commander-js/extra-typings';

type Option = CommandUnknownOpts['options'][number];

/** What would fit where the cursor is. @category model */
export type Wanted =
  | { readonly _tag: 'Command' }
  | { readonly _tag: 'Flag' }
  /** A value, by the name that help has for it; `lead` stands before it in the same word. */
  | { readonly _tag: 'Value'; readonly name: string; readonly choices: ReadonlyArray<string>; readonly lead: string }
  | { readonly _tag: 'Nothing' };

/** A command line as far as it is typed. @category model */
export interface CompletionPlace {
  readonly command: CommandUnknownOpts;
  /** What the words before give for arguments and options, by their names. */
  readonly given: Readonly<Record<string, string>>;
  readonly wanted: Wanted;
  /** What of the wanted is typed. */
  readonly partial: string;
}

const optionOf = (command: CommandUnknownOpts, flag: string): Option | undefined => command.options.find(({ long, short }) => long === flag || short === flag);

const takesValue = (option: Option | undefined): option is Option => option?.required === true || option?.optional === true;

const valueOf = (option: Option, lead: string): Wanted => {
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? '';
  // Of a context it is said what it is by the flag alone.
  return { _tag: 'Value', name: option.long === '--context' ? 'context' : placeholder, choices: option.argChoices ?? [], lead };
};

/** Reads the words before the last, and says what the last would be. @category constructors */
export const completionPlace = (program: CommandUnknownOpts, words: ReadonlyArray<string>): CompletionPlace => {
  const given: Record<string, string> = {};
  let command = program;
  let waiting: Option | undefined;
  let count = 0;
  let onlyArguments = false;
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      given[waiting.attributeName()] = word;
      waiting = undefined;
    } else if (!onlyArguments && word === '--') onlyArguments = true;
    else if (!onlyArguments && word.length > 1 && word.startsWith('-')) {
      const [flag = '', ...value] = word.split('=');
      const option = optionOf(command, flag);
      if (!takesValue(option)) continue;
      if (value.length === 0) waiting = option;
      else given[option.attributeName()] = value.join('=');
    } else {
      const child = count === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (child !== undefined) command = child;
      else {
        given[command.registeredArguments[count]?.name() ?? ''] = word;
        count += 1;
      }
    }
  }
  const partial = words.at(-1) ?? '';
  const place = (wanted: Wanted, typed = partial): CompletionPlace => ({ command, given, wanted, partial: typed });
  if (waiting !== undefined) return place(valueOf(waiting, ''));
  if (!onlyArguments && partial.startsWith('-')) {
    const [flag = '', ...value] = partial.split('=');
    const option = optionOf(command, flag);
    if (value.length === 0) return place({ _tag: 'Flag' });
    return takesValue(option) ? place(valueOf(option, `${flag}=`), value.join('=')) : place({ _tag: 'Nothing' });
  }
  if (command.commands.length > 0) return place(count === 0 ? { _tag: 'Command' } : { _tag: 'Nothing' });
  const argument = command.registeredArguments[count];
  if (argument === undefined) return place({ _tag: 'Nothing' });
  return place({ _tag: 'Value', name: command.parent?.name() === 'context' ? 'context' : argument.name(), choices: argument.argChoices ?? [], lead: '' });
};
