/**
 * Settings of coding agents: which commands run without a question, which never, and which program may refuse them.
 *
 * Every product has its own words for the same three lists. A file is recognised by them, because the names of the files
 * (`settings.json`) say nothing.
 */

import type { AgentSettings, FieldPath } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import { at, rulesAt } from './agent-rules.ts'
import { aider, editors, gemini, opencode } from './more-agents.ts'
import type { Located } from './read-tool-servers.ts'

type Raw = Readonly<Record<string, unknown>>

export function readAgentSettings(file: string, root: Raw): Located<AgentSettings>[] {
  const settings = [claude, antigravity, vscode, codex, opencode, gemini, editors, aider].flatMap((read) => read(file, root))
  return settings.map((value) => ({ value, path: [] }))
}

function claude(file: string, root: Raw): AgentSettings[] {
  const permissions = at(root, ['permissions'])
  const hooks = at(root, ['hooks'])
  const named = /(^|\/)\.claude\/settings(\.local)?\.json$/.test(file)
  if (!named && !(isRecord(permissions) && ['allow', 'deny', 'ask', 'defaultMode'].some((key) => permissions[key] !== undefined)) && !isHookMap(hooks)) return []
  const mode = at(root, ['permissions', 'defaultMode'])
  const sandbox = at(root, ['sandbox', 'enabled'])
  return [
    {
      type: 'agent-settings',
      file,
      product: 'Claude Code',
      rules: (['allow', 'deny', 'ask'] as const).flatMap((effect) => rulesAt(root, ['permissions', effect], effect)),
      ...(mode === 'bypassPermissions' ? { unattended: { mode, path: ['permissions', 'defaultMode'] } } : {}),
      gates: isRecord(hooks) ? Object.entries(hooks).flatMap(([event, entries]) => hookGates(event, entries)) : [],
      ...(typeof sandbox === 'boolean' ? { sandboxed: sandbox } : {}),
      raw: root,
    },
  ]
}

function isHookMap(hooks: unknown): boolean {
  return isRecord(hooks) && ['PreToolUse', 'PostToolUse', 'UserPromptSubmit', 'Stop'].some((event) => Array.isArray(hooks[event]))
}

function hookGates(event: string, entries: unknown): AgentSettings['gates'] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown, index) => {
    const hooks = isRecord(entry) && Array.isArray(entry['hooks']) ? entry['hooks'] : []
    return hooks.flatMap((hook: unknown, at) => (isRecord(hook) && typeof hook['command'] === 'string' ? [{ event, command: hook['command'], path: ['hooks', event, index, 'hooks', at, 'command'] }] : []))
  })
}

/** Both the flat keys of an editor and nested ones: `terminal.executionPolicy`. */
function antigravity(file: string, root: Raw): AgentSettings[] {
  const base = [['agent', 'terminal'], ['terminal'], ['cascade', 'terminal'], ['antigravity', 'terminal']].find((path) => valueAt(root, [...path, 'executionPolicy']) !== undefined || valueAt(root, [...path, 'allowList']) !== undefined || valueAt(root, [...path, 'denyList']) !== undefined)
  if (base === undefined) return []
  const key = (name: string): FieldPath => pathAt(root, [...base, name])
  const policy = at(root, key('executionPolicy'))
  return [
    {
      type: 'agent-settings',
      file,
      product: 'Antigravity',
      rules: [...rulesAt(root, key('allowList'), 'allow'), ...rulesAt(root, key('denyList'), 'deny')],
      ...(typeof policy === 'string' && /^(turbo|always|auto|always-proceed|always_proceed|unrestricted)$/i.test(policy) ? { unattended: { mode: policy, path: key('executionPolicy') } } : {}),
      gates: [],
      raw: root,
    },
  ]
}

function vscode(file: string, root: Raw): AgentSettings[] {
  const everything = ['chat.tools.autoApprove', 'chat.tools.global.autoApprove'].find((key) => root[key] !== undefined)
  const terminal = ['chat.tools.terminal.autoApprove', 'github.copilot.chat.agent.terminal.allowList'].find((key) => isRecord(root[key]))
  if (everything === undefined && terminal === undefined) return []
  const commands = terminal === undefined ? [] : Object.entries(root[terminal] as Raw)
  return [
    {
      type: 'agent-settings',
      file,
      product: 'VS Code',
      rules: commands.map(([pattern, value]) => ({ effect: value === true || (isRecord(value) && value['approve'] === true) ? 'allow' : 'deny', pattern, path: [terminal ?? '', pattern] })),
      ...(everything !== undefined && root[everything] === true ? { unattended: { mode: everything, path: [everything] } } : {}),
      gates: [],
      raw: root,
    },
  ]
}

function codex(file: string, root: Raw): AgentSettings[] {
  const approval = root['approval_policy']
  const sandbox = root['sandbox_mode']
  if (typeof approval !== 'string' && typeof sandbox !== 'string') return []
  return [
    {
      type: 'agent-settings',
      file,
      product: 'Codex',
      rules: [],
      ...(approval === 'never' ? { unattended: { mode: 'approval_policy never', path: ['approval_policy'] } } : {}),
      gates: [],
      sandboxed: sandbox !== 'danger-full-access',
      raw: root,
    },
  ]
}

/** A dotted setting is written nested or as one key. */
function pathAt(root: Raw, path: readonly string[]): FieldPath {
  const flat = path.join('.')
  return Object.hasOwn(root, flat) ? [flat] : path
}

function valueAt(root: Raw, path: readonly string[]): unknown {
  return at(root, pathAt(root, path))
}
