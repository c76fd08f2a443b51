/**
 * Chance for the command fuzzers, and an oracle that shares nothing with the parser: it splits a line by one regular
 * expression and looks for words that are dangerous wherever they stand.
 */

import type { Rng } from '../../kernel/rng.ts'

export const SEED = 20_261_127

export function pick<T>(rng: Rng, items: readonly T[]): T {
  const item = items[rng.below(items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Words of a line without quotes around them: good enough to look at, not to run. */
export function roughWords(line: string): string[] {
  return (line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''))
}

const ACCESS = /^--?(?:kubeconfig|context|cluster|user|server|s|token|as|as-group|as-uid|username|password|client-key|client-certificate|certificate-authority|insecure-skip-tls-verify(?:-backend)?|tls-server-name|kube-[a-z-]+|raw|v|cache-dir|profile|profile-output|template|vmodule|log-file|subresource|debug|post-renderer)(?:=|$)/
const GIT_DANGER = /^--?(?:c|C|exec|exec-path|upload-pack|receive-pack|output|ext-diff|textconv|no-index|git-dir|work-tree|config-env|contents|force|f|amend|no-verify|all|A|delete|mirror|open-files-in-pager|stdin|show-signature)(?:=|$)/
const TEMPLATE_FILE = /^(?:-o=|--output=)?(?:(?:go-)?template|jsonpath|custom-columns)-?file=/
const CHANGING = ['delete', 'drain', 'cordon', 'uncordon', 'scale', 'patch', 'taint', 'label', 'annotate', 'set', 'apply', 'restart', 'undo', 'rollback']
const NEVER = ['exec', 'attach', 'cp', 'debug', 'run', 'proxy', 'port-forward', 'edit', 'diff', 'create', 'replace', 'config', 'expose', 'autoscale', 'upgrade', 'install', 'uninstall', 'kustomize', 'plugin', 'krew', 'reconcile']
const PROGRAMS = ['kubectl', 'helm', 'git', 'cat', 'head', 'tail', 'wc', 'ls', 'grep', 'date']
const SHELL = /[|&;<>`$\\!~#^]|[()[\]{}*?]/

/** Why no profile may allow these words; undefined where the oracle knows of nothing. */
export function dangerIn(words: readonly string[], profile: string): string | undefined {
  const [program = '', ...rest] = words
  if (!PROGRAMS.includes(program)) return 'the program'
  if (words.some((word) => /[^\x20-\x7E]/.test(word))) return 'a byte'
  if (program === 'kubectl' || program === 'helm') return clusterDanger(rest, profile)
  if (program === 'git') return gitDanger(rest)
  return rest.some((word) => /^\/(?!workspace(?:\/|$))|(?:^|\/)\.\.(?:\/|$)|(?:^|\/)\.(?:git(?:\/|$)|env)/.test(word) && program !== 'grep') ? 'a path' : undefined
}

function clusterDanger(rest: readonly string[], profile: string): string | undefined {
  const flag = rest.find((word) => ACCESS.test(word) || TEMPLATE_FILE.test(word))
  if (flag !== undefined && !(rest[0] === 'auth' && flag.startsWith('--subresource'))) return flag
  const verb = rest.find((word, at) => !word.startsWith('-') && rest[at - 1] !== '-n' && rest[at - 1] !== '--namespace') ?? ''
  if (NEVER.includes(verb)) return verb
  if (['get', 'describe', 'logs', 'delete', 'patch', 'label', 'annotate'].includes(verb) && rest.slice(rest.indexOf(verb) + 1).some((word, at, all) => isSecretKind(word) && !all[at - 1]?.startsWith('-'))) return 'a Secret'
  const changing = [verb, ['rollout', 'set'].includes(verb) ? (rest[rest.indexOf(verb) + 1] ?? '') : ''].find((word) => CHANGING.includes(word))
  if (changing === undefined) return undefined
  if (profile === 'readonly' || profile === 'gitops') return changing
  if (rest.some((word) => /^(?:--all|-A|--all-namespaces|-l|--selector|--prune)(?:=|$)/.test(word))) return 'every object'
  return rest.some((word, at) => /^(?:-n=|--namespace=)?(?:kube-system|kube-public|kube-node-lease|oncall-system)$/.test(word) && (word.startsWith('-') || /^(?:-n|--namespace)$/.test(rest[at - 1] ?? ''))) ? 'a protected namespace' : undefined
}

/** The kind in `secrets`, `pods,Secret`, `secret/tls`, `secrets.v1.`; a name or a label that only contains the word is none. */
function isSecretKind(word: string): boolean {
  return !word.startsWith('-') && !word.includes('=') && word.split(',').some((part) => /^secrets?(?:\/|$|\.(?:v1)?\.?$)/i.test(part))
}

function gitDanger(rest: readonly string[]): string | undefined {
  const before = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  const allowed = rest[0] === 'log' || rest[0] === 'rev-parse' ? ['--all'] : rest[0] === 'switch' ? ['-c'] : []
  return before.find((word) => GIT_DANGER.test(word) && !allowed.includes(word) && !(word === '-C' && ['diff', 'show', 'log', 'blame'].includes(rest[0] ?? '')) && !(word === '-f' && rest[0] === 'blame'))
}

/** Whether a shell would act on any of the line's characters that stand outside quotes. */
export function shellWouldAct(line: string): boolean {
  return SHELL.test(line.replaceAll(/'[^']*'|"[^"$`\\!]*"/g, ''))
}
