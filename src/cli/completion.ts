import type { Argument, Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that makes the shell complete commands, options, their values and file names. It runs nothing at completion time. */
export function completionScript(program: Command, shell: Shell): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).map((command): CommandWords => {
    const isHelp = command.name() === 'help';
    return {
      name: command.name(),
      summary: command.summary() || command.description(),
      options: help.visibleOptions(command).map(optionWords),
      values: isHelp ? program.commands.map((other) => other.name()) : argumentValues(command.registeredArguments[0]),
    };
  });
  const root = { name: program.name(), options: help.visibleOptions(program).map(optionWords) };
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](root, commands);
}

/** `file`: a path. A list: one of these. Undefined: nothing that could be completed. */
type Values = 'file' | readonly string[] | undefined;

interface OptionWords {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly values: Values;
}

interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly values: Values;
}

function optionWords(option: Option): OptionWords {
  const { short, long, description, argChoices, flags } = option;
  return {
    short,
    long: long ?? '',
    description: description.replace(/ \(default: .*|;.*$/s, ''),
    takesValue: option.required || option.optional,
    values: argChoices ?? (/<(?:file|dir)>/.test(flags) ? 'file' : undefined),
  };
}

function argumentValues(argument: Argument | undefined): Values {
  return argument?.argChoices ?? (argument?.name() === 'file' ? 'file' : undefined);
}

interface Root {
  readonly name: string;
  readonly options: readonly OptionWords[];
}

function bashScript({ name, options }: Root, commands: readonly CommandWords[]): string {
  const flags = (all: readonly OptionWords[]): string => all.flatMap(({ short, long }) => [short ?? [], long].flat()).join(' ');
  const reply = (values: Values): string => {
    if (values === 'file') return ':';
    return values
      ? `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur")); compopt +o default 2>/dev/null`
      : 'compopt +o default 2>/dev/null';
  };
  const valueCases = commands.flatMap((command) =>
    command.options
      .filter(({ takesValue }) => takesValue)
      .map(({ short, long, values }) => {
        const patterns = [short ?? [], long].flat().map((flag) => `${command.name}:${flag}`);
        return `    ${patterns.join('|')}) ${reply(values)}; return ;;`;
      }),
  );
  const wordCases = commands.flatMap((command) => [
    `    ${command.name}:-*) ${reply(flags(command.options).split(' '))} ;;`,
    `    ${command.name}:*) ${reply(command.values)} ;;`,
  ]);
  return `# bash completion of ${name}
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${commands.map((command) => command.name).join('|')}) command=$word; break ;;
    esac
  done
  case "$command:$prev" in
${valueCases.join('\n')}
  esac
  case "$command:$cur" in
    :-*) ${reply(flags(options).split(' '))} ;;
    :*) ${reply(commands.map((command) => command.name))} ;;
${wordCases.join('\n')}
  esac
}
complete -o default -F _${name} ${name}
`;
}

function zshScript({ name, options }: Root, commands: readonly CommandWords[]): string {
  const action = (values: Values): string => (values === 'file' ? '_files' : values ? `(${values.join(' ')})` : ' ');
  const spec = ({ short, long, description, takesValue, values }: OptionWords): string => {
    const value = takesValue ? `:value:${action(values)}` : '';
    const text = `[${description.replaceAll(/[[\]:]/g, '\\$&')}]${value}`;
    return short ? `'*'{${short},${long}}${quoted(text)}` : quoted(`*${long}${text}`);
  };
  const cases = commands.map((command) => {
    const specs = [...command.options.map(spec), ...(command.values ? [quoted(`*:argument:${action(command.values)}`)] : [])];
    return `    ${command.name}) _arguments -s ${specs.join(' ')} ;;`;
  });
  return `#compdef ${name}
_${name}() {
  local curcontext="$curcontext" state line
  local -a commands=(${commands.map((command) => quoted(`${command.name}:${command.summary}`)).join(' ')})
  _arguments -C ${options.map(spec).join(' ')} '1:command:->command' '*::argument:->argument'
  [[ $state == command ]] && _describe command commands
  [[ $state == argument ]] && case $line[1] in
${cases.join('\n')}
  esac
}
# Read by compinit from a file of $fpath, or sourced.
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function fishScript({ name, options }: Root, commands: readonly CommandWords[]): string {
  const rule = (condition: string, { short, long, description, takesValue, values }: OptionWords): string => {
    const value = values === 'file' ? ' -r -F' : values ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -x' : '';
    return `complete -c ${name} -n ${condition}${short ? ` -s ${short.slice(1)}` : ''} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
  };
  const rules = commands.flatMap((command) => {
    const condition = `'__fish_seen_subcommand_from ${command.name}'`;
    const values = command.values === 'file' ? ' -F' : command.values ? ` -a ${quoted(command.values.join(' '))}` : '';
    return [
      `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
      ...command.options.map((option) => rule(condition, option)),
      ...(values ? [`complete -c ${name} -n ${condition}${values}`] : []),
    ];
  });
  return [
    `# fish completion of ${name}`,
    `complete -c ${name} -f`,
    ...options.map((option) => rule('__fish_use_subcommand', option)),
    ...rules,
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
