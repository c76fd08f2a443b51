/** `boyd completion SHELL`: a script to source, made from the commands as they are. */

import { Argument, type Command } from 'commander'
import { QUESTION_VERBS } from '../app/use-cases/what-if.ts'
import { OUTLINE } from './outline.ts'
import { print } from './terminal.ts'

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description(OUTLINE.completion.does)
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: 'bash' | 'zsh' | 'fish') => print(SCRIPTS[shell](commandsOf(program))))
}

interface Completable {
  readonly name: string
  readonly description: string
  readonly words: readonly string[]
}

/** Words that an argument begins with, by command. */
const FIRST_WORDS: Readonly<Record<string, readonly string[]>> = { whatif: QUESTION_VERBS }

function commandsOf(program: Command): Completable[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    words: [...(FIRST_WORDS[command.name()] ?? []), ...command.commands.map((sub) => sub.name()), ...command.options.flatMap((option) => option.long ?? [])],
  }))
}

const SCRIPTS: Record<'bash' | 'zsh' | 'fish', (commands: readonly Completable[]) => string> = {
  bash: (commands) => `_boyd() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names(commands)}" -- "$word")); return; fi
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name}) COMPREPLY=($(compgen -f -W "${command.words.join(' ')}" -- "$word"));;`).join('\n')}
  esac
}
complete -o filenames -F _boyd boyd`,
  zsh: (commands) => `#compdef boyd
autoload -U +X bashcompinit && bashcompinit
${SCRIPTS.bash(commands)}`,
  fish: (commands) =>
    commands
      .flatMap((command) => [
        `complete -c boyd -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.description)}`,
        ...command.words.map((word) => `complete -c boyd -n '__fish_seen_subcommand_from ${command.name}' ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`}`),
      ])
      .join('\n'),
}

function names(commands: readonly Completable[]): string {
  return commands.map((command) => command.name).join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`\'`)}'`
}
