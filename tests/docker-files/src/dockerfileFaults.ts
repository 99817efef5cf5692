import { Copy, DockerfileParser, From, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

interface Stage {
  readonly from: From;
  readonly instructions: ReadonlyArray<Instruction>;
}

const stagesOf = (instructions: ReadonlyArray<Instruction>): ReadonlyArray<Stage> => {
  const stages: Array<{ from: From; instructions: Array<Instruction> }> = [];
  for (const instruction of instructions) {
    if (instruction instanceof From) stages.push({ from: instruction, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
};

const only = (stage: Stage, keyword: string): ReadonlyArray<Instruction> =>
  stage.instructions.filter((instruction) => instruction.getKeyword() === keyword);

const text = (instruction: Instruction | undefined): string => instruction?.getArgumentsContent() ?? '';

const isJsonForm = (instruction: Instruction | undefined): boolean => text(instruction).startsWith('[');

const isFromStage = (copy: Instruction): boolean => copy instanceof Copy && copy.getFromFlag() !== null;

const ofBase = (stages: ReadonlyArray<Stage>, args: ReadonlyMap<string, string>): ReadonlyArray<string> =>
  stages.flatMap(({ from }) => {
    const image = (from.getImage() ?? '').replace(/\$\{?(\w+)\}?/, (_all, name: string) => args.get(name) ?? '');
    return /^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/.test(image) || image.includes('@sha256:') ? [] : [`the base image ${image} is not pinned`];
  });

const ofLast = (last: Stage | undefined): ReadonlyArray<string> => {
  if (last === undefined) return ['there is no stage'];
  const user = only(last, 'USER').at(-1);
  const installs = only(last, 'RUN').map(text).filter((command) => /\b(?:npm|npx|pnpm|apt-get|curl|wget)\b/.test(command));
  return [
    ...(user === undefined || /^(?:root|0)(?::|$)/.test(text(user)) ? ['the last stage runs as root'] : []),
    ...(only(last, 'HEALTHCHECK').length === 1 ? [] : ['the last stage has no health check']),
    ...(isJsonForm(only(last, 'ENTRYPOINT')[0]) ? [] : ['the entry point runs in a shell, which gets the signals']),
    ...(only(last, 'CMD').length === 1 && isJsonForm(only(last, 'CMD')[0]) ? [] : ['CMD is not in the JSON form']),
    ...installs.map((command) => `the last stage installs something: ${command}`),
    ...only(last, 'ENV').map(text).filter((pairs) => /PASSWORD|TOKEN|SECRET/.test(pairs)).map(() => 'a secret is baked into the image'),
    ...only(last, 'COPY').filter((copy) => !isFromStage(copy) && !text(copy).startsWith('docker/')).map((copy) => `the last stage copies from the context: ${text(copy)}`),
  ];
};

/** What is wrong with a Dockerfile: what the linter finds, and what it does not look for. */
export const dockerfileFaults = (content: string): ReadonlyArray<string> => {
  const instructions = DockerfileParser.parse(content).getInstructions();
  const args = new Map(
    instructions
      .filter((instruction) => instruction.getKeyword() === 'ARG')
      .map((instruction) => text(instruction).split('=', 2) as [string, string]),
  );
  const stages = stagesOf(instructions);
  return [
    ...validate(content).map(({ message, range }) => `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`),
    ...ofBase(stages, args),
    ...(stages.length < 2 ? ['there is one stage: what builds is in what runs'] : []),
    ...ofLast(stages.at(-1)),
  ];
};

/** The commands that a Dockerfile runs, in their order. */
export const commandsOf = (content: string): ReadonlyArray<string> =>
  DockerfileParser.parse(content)
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() === 'RUN')
    .map((instruction) => text(instruction).replaceAll(/\\?\r?\n/g, ' ').replaceAll(/\s+/g, ' '));
