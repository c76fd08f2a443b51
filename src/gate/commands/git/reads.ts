/**
 * What git reads. Diffs are rendered with `--no-ext-diff` and `--no-textconv`: a repository's own settings may name programs
 * for both, and git would run them; signatures are not shown for the same reason. Files are compared inside the repository only.
 */

import { isOn, type CommandGrammar, type FlagTable, type Meaning, type ParsedWords } from '../grammar.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, type Refusal } from '../refusal.ts'
import { workspacePath } from '../workspace-path.ts'
import { badPath, badRevision, looksLikePath } from './revisions.ts'

const NO_PROGRAMS: FlagTable = { '--no-ext-diff': 'switch', '--no-textconv': 'switch' }
const WITHOUT_PROGRAMS = { '--no-ext-diff': ['true'], '--no-textconv': ['true'] } as const

const COLOUR: FlagTable = { '--color': { type: ['always', 'never', 'auto'], attached: 'optional' }, '--no-color': 'switch' }

const DIFFED: FlagTable = {
  ...NO_PROGRAMS, ...COLOUR, '-p -u --patch': 'switch', '-s --no-patch': 'switch', '--unified': 'count', '--stat': 'switch', '--numstat': 'switch', '--shortstat': 'switch', '--summary': 'switch', '--name-only': 'switch',
  '--name-status': 'switch', '--diff-filter': 'word', '-w --ignore-all-space': 'switch', '-b --ignore-space-change': 'switch', '--ignore-blank-lines': 'switch', '--word-diff': { type: ['color', 'plain', 'porcelain', 'none'], attached: 'optional' },
  '--minimal': 'switch', '--patience': 'switch', '--histogram': 'switch', '-M --find-renames': 'switch', '--no-renames': 'switch', '-C --find-copies': 'switch', '-z': 'switch', '-a --text': 'switch', '--raw': 'switch',
  '--full-index': 'switch', '--compact-summary': 'switch', '--dirstat': 'switch', '-R': 'switch', '--relative': 'switch', '--function-context': 'switch',
}

const FORMATTED: FlagTable = {
  '--oneline': 'switch', '--pretty': { type: 'format', attached: 'optional' }, '--format': { type: 'format', attached: 'required' }, '--abbrev-commit': 'switch', '--no-abbrev-commit': 'switch', '--date': 'pattern', '--relative-date': 'switch',
  '--decorate': { type: ['short', 'full', 'auto', 'no'], attached: 'optional' }, '--no-decorate': 'switch', '--no-notes': 'switch',
}

const WALKED: FlagTable = {
  '-n --max-count': 'count', '--skip': 'count', '--since --after': 'pattern', '--until --before': 'pattern', '--author': 'pattern', '--committer': 'pattern', '--grep': 'pattern', '-i --regexp-ignore-case': 'switch', '-E --extended-regexp': 'switch',
  '-F --fixed-strings': 'switch', '--invert-grep': 'switch', '--all-match': 'switch', '--all': 'switch', '--branches': 'switch', '--tags': 'switch', '--remotes': 'switch', '--follow': 'switch', '--graph': 'switch', '--merges': 'switch', '--no-merges': 'switch',
  '--first-parent': 'switch', '--reverse': 'switch', '--topo-order': 'switch', '--date-order': 'switch', '--left-right': 'switch', '--cherry-pick': 'switch', '--full-history': 'switch', '-S': 'pattern', '-G': 'pattern',
}

export const GIT_READS: Readonly<Record<string, CommandGrammar>> = {
  log: { flags: { ...FORMATTED, ...WALKED, ...DIFFED }, endOfFlags: true, digitsMean: '--max-count', read: readRevisions('log') },
  show: { flags: { ...FORMATTED, ...DIFFED }, endOfFlags: true, read: readRevisions('show') },
  diff: { flags: { ...DIFFED, '--staged --cached': 'switch', '--merge-base': 'switch', '--quiet': 'switch', '--exit-code': 'switch', '--check': 'switch' }, endOfFlags: true, read: readRevisions('diff') },
  status: {
    flags: { '-s --short': 'switch', '-b --branch': 'switch', '--porcelain': { type: ['v1', 'v2', '1', '2'], attached: 'optional' }, '--long': 'switch', '--untracked-files': { type: ['no', 'normal', 'all'], attached: 'optional' }, '-uno': 'switch', '-unormal': 'switch', '-uall': 'switch', '--ignored': 'switch', '--show-stash': 'switch', '--ahead-behind': 'switch', '--no-ahead-behind': 'switch', '--no-renames': 'switch', '-z': 'switch' },
    endOfFlags: true,
    read: readStatus,
  },
  blame: {
    flags: { '--no-textconv': 'switch', '-L': 'line-range', '-w': 'switch', '-e --show-email': 'switch', '-l': 'switch', '-s': 'switch', '-t': 'switch', '-f --show-name': 'switch', '-n --show-number': 'switch', '-M': 'switch', '-C': 'switch', '-p --porcelain': 'switch', '--line-porcelain': 'switch', '--date': 'pattern', '--since': 'pattern', '--root': 'switch', '--first-parent': 'switch', '--abbrev': { type: 'count', attached: 'required' } },
    endOfFlags: true,
    read: readBlame,
  },
  'rev-parse': {
    flags: { '--short': { type: 'count', attached: 'optional' }, '--abbrev-ref': 'switch', '--symbolic-full-name': 'switch', '--verify': 'switch', '-q --quiet': 'switch', '--show-toplevel': 'switch', '--show-prefix': 'switch', '--show-cdup': 'switch', '--is-inside-work-tree': 'switch', '--is-bare-repository': 'switch', '--is-shallow-repository': 'switch', '--git-dir': 'switch', '--all': 'switch', '--branches': 'switch', '--tags': 'switch', '--remotes': 'switch' },
    read: readRevParse,
  },
}

function reading(op: string, names: readonly string[]): Meaning['intents'] {
  return [{ op, effect: 'read', names, tags: [] }]
}

/**
 * Revisions before `--`, paths behind it. Before it a word is a path only if it can be nothing else. `diff` compares two
 * files that are not of the repository when it is given such paths; the workspace is the repository, so it never is.
 */
function readRevisions(op: string): CommandGrammar['read'] {
  return (words, place) => {
    const paths = words.positionals.filter(looksLikePath)
    const revisions = words.positionals.filter((word) => !looksLikePath(word))
    const problem = revisions.map((word) => badRevision(word) ?? closedWord(word, place)).find(isRefusal) ?? badPath([...paths, ...(words.after ?? [])], place)
    if (problem !== undefined) return problem
    if (paths.length > 0 && words.after !== undefined) return refuse('argument-forbidden', 'paths stand behind --, all of them')
    const after = paths.length > 0 ? paths : words.after
    return { intents: reading(op, [...revisions, ...(after ?? [])]), positionals: revisions, flags: WITHOUT_PROGRAMS, ...(after === undefined ? {} : { after }) }
  }
}

/** A word without `--` is a revision or else a path: it must be harmless as both. */
function closedWord(word: string, place: Place): Refusal | undefined {
  if (/[~^@:]|\.\./.test(word)) return undefined
  const path = workspacePath(word, place)
  return isRefusal(path) ? path : undefined
}

function readStatus(words: ParsedWords, place: Place): Meaning | Refusal {
  const paths = [...words.positionals, ...(words.after ?? [])]
  return badPath(paths, place) ?? { intents: reading('status', paths), positionals: [], ...(paths.length === 0 ? {} : { after: paths }) }
}

/** `blame [revision] [--] file`. */
function readBlame(words: ParsedWords, place: Place): Meaning | Refusal {
  const [revisions, files] = words.after === undefined ? [words.positionals.slice(0, -1), words.positionals.slice(-1)] : [words.positionals, words.after]
  if (files.length !== 1 || revisions.length > 1) return refuse('argument-forbidden', 'blame takes one file, and at most one revision before it')
  const problem = revisions.map(badRevision).find(isRefusal) ?? badPath(files, place)
  return problem ?? { intents: reading('blame', [...revisions, ...files]), positionals: revisions, after: files, flags: { '--no-textconv': ['true'] } }
}

function readRevParse(words: ParsedWords, place: Place): Meaning | Refusal {
  const problem = words.positionals.map((word) => badRevision(word) ?? closedWord(word, place)).find(isRefusal)
  if (problem !== undefined) return problem
  if (isOn(words, '--verify') && words.positionals.length !== 1) return refuse('argument-forbidden', '--verify takes one revision')
  return { intents: reading('rev-parse', words.positionals), positionals: words.positionals }
}
