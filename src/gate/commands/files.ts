/** The readers of files, and the clock. Each reads files that it names, in the workspace, and nothing else: never standard input. */

import { isOn, type CommandGrammar, type FlagTable, type Meaning, type ParsedWords, type Program } from './grammar.ts'
import type { Place } from './place.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'
import { CLOSED_DIRECTORIES, CLOSED_FILES, workspacePath } from './workspace-path.ts'

const COLOUR: FlagTable = { '--color --colour': { type: ['always', 'never', 'auto'], attached: 'optional' } }

const cat: CommandGrammar = {
  flags: { '-n --number': 'switch', '-b --number-nonblank': 'switch', '-s --squeeze-blank': 'switch', '-A --show-all': 'switch', '-E --show-ends': 'switch', '-T --show-tabs': 'switch', '-v --show-nonprinting': 'switch', '-e': 'switch', '-t': 'switch' },
  read: readFiles('cat', 1),
}

const ends: FlagTable = { '-n --lines': 'count', '-c --bytes': 'count', '-q --quiet': 'switch', '-v --verbose': 'switch' }
const head: CommandGrammar = { flags: ends, digitsMean: '--lines', read: readFiles('head', 1) }
const tail: CommandGrammar = { flags: { ...ends, '-n --lines': 'count-from' }, digitsMean: '--lines', read: readFiles('tail', 1) }

const wc: CommandGrammar = { flags: { '-l --lines': 'switch', '-w --words': 'switch', '-c --bytes': 'switch', '-m --chars': 'switch', '-L --max-line-length': 'switch' }, read: readFiles('wc', 1) }

const ls: CommandGrammar = {
  flags: {
    '-l': 'switch', '-a --all': 'switch', '-A --almost-all': 'switch', '-h --human-readable': 'switch', '-1': 'switch', '-t': 'switch', '-r --reverse': 'switch', '-S': 'switch', '-d --directory': 'switch', '-R --recursive': 'switch',
    '-i --inode': 'switch', '-s --size': 'switch', '-F --classify': 'switch', '-p': 'switch', '-n --numeric-uid-gid': 'switch', '-g': 'switch', '-o': 'switch', '-X': 'switch', '-v': 'switch', '--full-time': 'switch', '--time-style': 'pattern', '--group-directories-first': 'switch', ...COLOUR,
  },
  read: readFiles('ls', 0),
}

const grep: CommandGrammar = {
  flags: {
    '-n --line-number': 'switch', '-i --ignore-case': 'switch', '-v --invert-match': 'switch', '-w --word-regexp': 'switch', '-x --line-regexp': 'switch', '-c --count': 'switch', '-l --files-with-matches': 'switch', '-L --files-without-match': 'switch',
    '-o --only-matching': 'switch', '-q --quiet': 'switch', '-s --no-messages': 'switch', '-h --no-filename': 'switch', '-H --with-filename': 'switch', '-E --extended-regexp': 'switch', '-F --fixed-strings': 'switch', '-G --basic-regexp': 'switch', '-P --perl-regexp': 'switch',
    '-a --text': 'switch', '-I': 'switch', '-b --byte-offset': 'switch', '-r --recursive': 'switch', '-A --after-context': 'count', '-B --before-context': 'count', '-C --context': 'count', '-m --max-count': 'count', '-e --regexp': { type: 'pattern', many: true },
    '--include': { type: 'glob', many: true }, '--exclude': { type: 'glob', many: true }, '--exclude-dir': { type: 'glob', many: true }, '--line-buffered': 'switch', ...COLOUR,
  },
  endOfFlags: true,
  read: readGrep,
}

const date: CommandGrammar = {
  flags: {
    '-u --utc --universal': 'switch', '-R --rfc-email': 'switch', '-I --iso-8601': { type: ['date', 'hours', 'minutes', 'seconds', 'ns'], attached: 'optional' }, '-Idate': 'switch', '-Ihours': 'switch', '-Iminutes': 'switch', '-Iseconds': 'switch', '-Ins': 'switch', '--rfc-3339': { type: ['date', 'seconds', 'ns'], attached: 'required' }, '-d --date': 'pattern',
  },
  read: readDate,
}

export const FILE_READERS: Readonly<Record<string, Program>> = Object.fromEntries(
  Object.entries({ cat, head, tail, wc, ls, grep, date }).map(([name, grammar]) => [name, { style: 'gnu', commands: { '': grammar } } satisfies Program]),
)

function readFiles(op: string, filesMin: number): CommandGrammar['read'] {
  return (words, place) => filesRead({ op, files: words.positionals, before: [], filesMin, place })
}

function filesRead(options: { readonly op: string; readonly files: readonly string[]; readonly before: readonly string[]; readonly filesMin: number; readonly place: Place }): Meaning | Refusal {
  const { op, files, before, filesMin, place } = options
  if (files.length < filesMin) return refuse('no-name', `${op} names no file, and would wait for input that nobody gives`)
  const problem = files.map((file) => workspacePath(file, place)).find(isRefusal)
  return problem ?? { intents: [{ op, effect: 'read', names: files, tags: [] }], positionals: [...before, ...files] }
}

/** The pattern is the first argument, unless `-e` gives it. */
function readGrep(words: ParsedWords, place: Place): Meaning | Refusal {
  const positionals = [...words.positionals, ...(words.after ?? [])]
  const [first, ...rest] = positionals
  const given = words.flags.has('--regexp')
  if (!given && first === undefined) return refuse('argument-forbidden', 'grep needs a pattern')
  const recursive = isOn(words, '--recursive')
  const meaning = filesRead({ op: 'grep', files: given ? positionals : rest, before: given ? [] : [first ?? ''], filesMin: recursive ? 0 : 1, place })
  return isRefusal(meaning) || !recursive ? meaning : { ...meaning, flags: { '--exclude-dir': CLOSED_DIRECTORIES.map(caseless), '--exclude': CLOSED_FILES.map(caseless) } }
}

/** A pattern for either case: grep knows no other way. */
function caseless(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)
}

/** `date`, `date -u +%s`. A word without `+` would set the clock. */
function readDate(words: ParsedWords): Meaning | Refusal {
  const wrong = words.positionals.find((word) => !word.startsWith('+'))
  if (wrong !== undefined || words.positionals.length > 1) return refuse('argument-forbidden', `${shown(wrong ?? words.positionals.join(' '))} would set the clock, or is a second format`)
  return { intents: [{ op: 'date', effect: 'read', names: [], tags: [] }], positionals: words.positionals }
}
