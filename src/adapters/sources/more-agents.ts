/** Agents whose settings have words of their own for what may run without a question: opencode, Gemini CLI, extensions of editors, Aider. */

import { isRecord } from '../../kernel/json.ts'
import type { AgentRule, AgentSettings } from '../../model/audit.ts'
import { at, rulesAt } from './agent-rules.ts'

type Raw = Readonly<Record<string, unknown>>

const EFFECTS: Readonly<Record<string, AgentRule['effect']>> = { allow: 'allow', deny: 'deny', ask: 'ask' }

/** `permission: {bash: {"git *": "allow"}}`, or one word for a tool, or one for all. */
export function opencode(file: string, root: Raw): AgentSettings[] {
  const permission = root['permission']
  const known = typeof permission === 'string' ? EFFECTS[permission] : undefined
  if (known === undefined && !(isRecord(permission) && Object.values(permission).some((value) => (typeof value === 'string' && EFFECTS[value] !== undefined) || (isRecord(value) && Object.values(value).some((effect) => EFFECTS[String(effect)] !== undefined))))) return []
  const shell = isRecord(permission) ? permission['bash'] : undefined
  const rules: AgentRule[] = isRecord(shell)
    ? Object.entries(shell).flatMap(([pattern, effect]) => (EFFECTS[String(effect)] === undefined ? [] : [{ effect: EFFECTS[String(effect)] as AgentRule['effect'], pattern, path: ['permission', 'bash', pattern] }]))
    : typeof shell === 'string' && EFFECTS[shell] !== undefined ? [{ effect: EFFECTS[shell], pattern: '*', path: ['permission', 'bash'] }] : []
  return [{ type: 'agent-settings', file, product: 'opencode', rules, ...(known === 'allow' ? { unattended: { mode: 'permission allow', path: ['permission'] } } : {}), gates: [], raw: root }]
}

export function gemini(file: string, root: Raw): AgentSettings[] {
  const mode = at(root, ['general', 'defaultApprovalMode'])
  const rules = [...rulesAt(root, ['tools', 'allowed'], 'allow'), ...rulesAt(root, ['tools', 'exclude'], 'deny'), ...rulesAt(root, ['coreTools'], 'allow'), ...rulesAt(root, ['excludeTools'], 'deny')]
  const asks = mode === 'yolo' ? { mode: 'yolo', path: ['general', 'defaultApprovalMode'] } : undefined
  if (!/(^|\/)\.gemini\/settings\.json$/.test(file) || (rules.length === 0 && mode === undefined)) return []
  const sandbox = at(root, ['tools', 'sandbox']) ?? root['sandbox']
  return [{ type: 'agent-settings', file, product: 'Gemini CLI', rules, ...(asks === undefined ? {} : { unattended: asks }), gates: [], ...(sandbox === undefined ? {} : { sandboxed: sandbox !== false }), raw: root }]
}

/** One switch for everything, or lists of beginnings of commands. */
const SWITCHES = [['agent', 'always_allow_tool_actions'], ['amp.dangerouslyAllowAll']] as const
const LISTS = [['roo-cline.allowedCommands', 'allow'], ['roo-cline.deniedCommands', 'deny'], ['windsurf.cascadeCommandsAllowList', 'allow'], ['windsurf.cascadeCommandsDenyList', 'deny'], ['kilo-code.allowedCommands', 'allow'], ['kilo-code.deniedCommands', 'deny']] as const
const PRODUCTS: Readonly<Record<string, string>> = { agent: 'Zed', 'amp.dangerouslyAllowAll': 'Amp', 'roo-cline': 'Roo Code', windsurf: 'Windsurf', 'kilo-code': 'Kilo Code' }

export function editors(file: string, root: Raw): AgentSettings[] {
  const switched = SWITCHES.filter((path) => at(root, path) === true).map((path): AgentSettings => ({ type: 'agent-settings', file, product: PRODUCTS[path[0]] ?? 'An editor', rules: [], unattended: { mode: path.join('.'), path }, gates: [], raw: root }))
  const listed = Map.groupBy(LISTS.filter(([key]) => Array.isArray(root[key])), ([key]) => key.split('.')[0] ?? '')
  return [...switched, ...[...listed].map(([product, lists]): AgentSettings => ({ type: 'agent-settings', file, product: PRODUCTS[product] ?? product, rules: lists.flatMap(([key, effect]) => rulesAt(root, [key], effect)), gates: [], raw: root }))]
}

export function aider(file: string, root: Raw): AgentSettings[] {
  const key = ['yes-always', 'yes'].find((name) => root[name] === true)
  if (!/(^|\/)\.aider\.conf\.ya?ml$/.test(file) || key === undefined) return []
  return [{ type: 'agent-settings', file, product: 'Aider', rules: [], unattended: { mode: key, path: [key] }, gates: [], raw: root }]
}
