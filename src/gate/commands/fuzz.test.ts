import { expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { createRng } from '../../kernel/rng.ts'
import { checkCommand, type CommandVerdict } from './check-command.ts'
import { CORPUS, ELSEWHERE, type Case } from './corpus.test-support.ts'
import { dangerIn, pick, roughWords, SEED, shellWouldAct } from './fuzz.test-support.ts'
import type { Profile } from './profile.ts'
import { SHIPPED_PROFILES } from './shipped-profiles.ts'

/*
 * Insertion finds what a list of cases does not: a flag between a group and its subcommand, a word that one grammar skips
 * and the program reads. Each run makes the same mutations; another seed makes others.
 */

const MUTATIONS_EACH = 15_000

const profileOf = (name: string): Profile => SHIPPED_PROFILES.get(name) as Profile
const check = (argv: readonly string[], profile: string): CommandVerdict => checkCommand({ command: { argv }, profile: profileOf(profile), place: ELSEWHERE })
const checkLine = (line: string, profile: string): CommandVerdict => checkCommand({ command: { line }, profile: profileOf(profile), place: ELSEWHERE })

const argvOf = ({ argv, line = '' }: Case): readonly string[] => argv ?? roughWords(line)
const plain = CORPUS.filter(({ text }) => !text.includes('"cwd"') && !text.includes('"env"') && !text.includes('"stdin"'))
const allowed = plain.filter(({ expect: wanted }) => wanted === 'allow')
const denied = plain.filter(({ expect: wanted, line }) => wanted === 'deny' && line !== undefined)

const INSERTED: Readonly<Record<string, readonly string[]>> = {
  kubectl: [
    '--kubeconfig=/workspace/k', '--kubeconfig', '--context=x', '--cluster=x', '--user=x', '--server=https://x', '-s=https://x', '-s', '--token=x', '--token', '--as=root', '--as', '--as-group=system:masters', '--as-uid=0',
    '--insecure-skip-tls-verify', '--insecure-skip-tls-verify-backend', '--certificate-authority=x', '--client-key=x', '--tls-server-name=x', '--username=x', '--password=x', '--raw=/api', '--raw', '-v=9', '-v', '--v=9', '--vmodule=x=9',
    '--cache-dir=/tmp', '--profile=cpu', '--profile-output=/tmp/x', '--template=/tmp/x', '-o=go-template-file=/tmp/x', '--output=jsonpath-file=/tmp/x', '-f=/tmp/x', '--filename=https://x', '-k=x', '-R', '--all', '--force', '--prune', '--kuberc=x', '--',
    '-it', 'secret/tls', 'secrets', 'pods,secrets', '--dry-run', '--log-file=/tmp/x', '--subresource=x',
  ],
  helm: ['--kubeconfig=/workspace/k', '--kube-context=x', '--kube-apiserver=x', '--kube-token=x', '--kube-as-user=x', '--kube-ca-file=x', '--debug', '--registry-config=x', '--repository-cache=x', '--post-renderer=x', '-v', '--'],
  git: ['-c', '-ccore.pager=id', '-c=x', '--exec-path=x', '--git-dir=/x', '--work-tree=/x', '--output=/tmp/x', '--ext-diff', '--textconv', '--no-index', '--upload-pack=id', '--receive-pack=id', '--exec=id', '--config-env=a=b', '-O/x', '--contents=/etc/passwd', '--force', '--amend', '--no-verify', '--stdin', '../x', '/etc/passwd', '.env', ':(top)', ':!x'],
  date: ['-s', '--set=x', '-f', '--file=/etc/passwd', '-r', '--reference=/etc/passwd', '010100002030'],
}
const PATHS = ['/etc/passwd', '../x', '-', '/workspace/../etc', '.env', '.git/config', '/workspace/.env.local', '--files0-from=x', '--file=/etc/passwd', '-R', '-f', '~/x', '//etc']

/** Flags whose value is text to look for, or a name of another thing: what follows them is not read in any other way. */
const TEXT_FOLLOWS = ['-S', '-G', '--grep', '--author', '-d', '-e', '-n', '--namespace', '-l', '--selector', '-c', '--container']

/** Where a word has a harmless meaning, by the manuals: not by what our grammar thinks of it. */
function isHarmless(token: string, mutant: readonly string[], { profile }: Case): boolean {
  const [program, command] = mutant
  if (!token.startsWith('-') && TEXT_FOLLOWS.includes(mutant[mutant.indexOf(token) - 1] ?? '')) return true
  if (token === '--force') return profile === 'dev-open' || mutant.includes('--dry-run=server')
  // Of a question about rights, and of a schema, a Secret is only the subject.
  if (token.startsWith('secret') || token === '--subresource=x') return command === 'auth' || command === 'explain'
  return program === 'ls' && token === '-R'
}

test('no dangerous word gets through, wherever it is put into an allowed command', () => {
  proves('nothing-unauthorised.commands-keep-to-their-profile')
  const rng = createRng(SEED)
  const through: string[] = []
  let made = 0
  while (made < MUTATIONS_EACH) {
    const base = pick(rng, allowed)
    const argv = argvOf(base)
    const program = argv[0] ?? ''
    const token = pick(rng, INSERTED[program] ?? PATHS)
    const at = 1 + rng.below(argv.length)
    const mutant = [...argv.slice(0, at), token, ...argv.slice(at)]
    // The first argument of grep is text; where it stands is grep's to say.
    if (program === 'grep' || isHarmless(token, mutant, base)) continue
    made += 1
    const got = check(mutant, base.profile)
    if (got.verdict === 'allow') through.push(`${base.profile}: ${mutant.join(' ')} (rendered ${got.argv?.join(' ') ?? ''})`)
  }
  expect(made).toBeGreaterThanOrEqual(MUTATIONS_EACH)
  expect(through).toEqual([])
})

const BENIGN = ['-n', 'shop', '-o', 'wide', '-A', '-l', 'app=web', 'web-0', 'pods', '--tail=5', '-c', 'app', '--dry-run=server', '--replicas=3', 'n7', 'HEAD', 'notes.md', '/workspace/notes.md', '-r', '--oneline', 'true', '--no-headers', "'", '"', "''", '  ', '\t']

test('no change to a denied line makes it allowed while the danger is still in it', () => {
  const rng = createRng(SEED + 1)
  const through: string[] = []
  let dangerous = 0
  for (let made = 0; made < 4 * MUTATIONS_EACH && dangerous < MUTATIONS_EACH; made += 1) {
    const base = pick(rng, denied)
    const profile = rng.below(3) === 0 ? pick(rng, [...SHIPPED_PROFILES.keys()]) : base.profile
    const line = mutated(base.line ?? '', (bound) => rng.below(bound))
    const danger = shellWouldAct(line) ? 'the shell' : dangerIn(roughWords(line), profile)
    if (danger === undefined) continue
    dangerous += 1
    const got = checkLine(line, profile)
    if (got.verdict === 'allow') through.push(`${profile}: ${line} (${danger})`)
  }
  expect(dangerous).toBeGreaterThanOrEqual(10_000)
  expect(through).toEqual([])
})

/** One to three small changes: a word more, less, twice, swapped, quoted, in another case; other spaces. */
function mutated(line: string, below: (bound: number) => number): string {
  let words = line.split(' ')
  for (let count = 1 + below(3); count > 0; count -= 1) {
    const at = below(words.length)
    const word = words[at] ?? ''
    const changes: readonly (() => string[])[] = [
      () => [...words.slice(0, at), BENIGN[below(BENIGN.length)] ?? '', ...words.slice(at)],
      () => [...words.slice(0, at), ...words.slice(at + 1)],
      () => [...words.slice(0, at), word, word, ...words.slice(at + 1)],
      () => [...words.slice(0, at), words[at + 1] ?? '', word, ...words.slice(at + 2)],
      () => [...words.slice(0, at), `'${word}'`, ...words.slice(at + 1)],
      () => [...words.slice(0, at), `${word.slice(0, 2)}"${word.slice(2)}"`, ...words.slice(at + 1)],
      () => [...words.slice(0, at), word.toUpperCase(), ...words.slice(at + 1)],
      () => [...words.slice(0, at), word.toLowerCase(), ...words.slice(at + 1)],
      () => [...words.slice(0, at), word.replace('=', ' '), ...words.slice(at + 1)],
      () => [...words.slice(0, at), `\t${word}`, ...words.slice(at + 1)],
    ]
    words = (changes[below(changes.length)] ?? (() => words))()
  }
  return words.join(' ')
}

const VOCABULARY = [
  ...new Set([...plain.flatMap(argvOf), ...Object.values(INSERTED).flat(), ...PATHS, '', '-', '--', '=', '-=', '--=', "'", '\0', '\n', 'é', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '-n=__proto__', 'pods.constructor', 'a'.repeat(5000)]),
]

test('any words at all: a verdict and no exception, and nothing that the oracle fears is allowed', () => {
  const rng = createRng(SEED + 2)
  const through: string[] = []
  const seen = { allow: 0, ask: 0, deny: 0 }
  for (let made = 0; made < MUTATIONS_EACH; made += 1) {
    const profile = pick(rng, [...SHIPPED_PROFILES.keys()])
    const head = rng.below(4) === 0 ? [] : argvOf(pick(rng, plain)).slice(0, 1 + rng.below(3))
    const argv = [...head, ...Array.from({ length: rng.below(5) }, () => pick(rng, VOCABULARY))]
    const got = check(argv, profile)
    seen[got.verdict] += 1
    if (got.reasons.length === 0) through.push(`no reason: ${JSON.stringify(argv)}`)
    if (got.verdict === 'allow' && dangerIn(argv, profile) !== undefined) through.push(`${profile}: ${argv.join(' ')} (${dangerIn(argv, profile) ?? ''})`)
    if (got.verdict === 'allow' && profile === 'readonly' && got.intents.some(({ effect }) => effect !== 'read')) through.push(`a change: ${argv.join(' ')}`)
  }
  expect(through).toEqual([])
  expect(seen.deny).toBeGreaterThan(0)
  expect(seen.allow).toBeGreaterThan(0)
})

test('what would be executed means what was judged, for every command that was understood', () => {
  const wrong = plain.flatMap((one) => {
    const got = one.line === undefined ? check(one.argv ?? [], one.profile) : checkLine(one.line, one.profile)
    if (got.argv === null) return []
    const again = check(got.argv, one.profile)
    const same = again.verdict === got.verdict && JSON.stringify(again.intents) === JSON.stringify(got.intents) && JSON.stringify(again.argv) === JSON.stringify(got.argv)
    return same ? [] : [`${one.text} → ${got.argv.join(' ')} → ${again.verdict} ${again.argv?.join(' ') ?? ''}`]
  })
  expect(wrong).toEqual([])
})
