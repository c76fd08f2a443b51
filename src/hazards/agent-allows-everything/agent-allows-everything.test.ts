import { expect, test } from 'vitest'
import { inSettings } from '../testing/files.ts'
import { agentAllowsEverything } from './agent-allows-everything.ts'

const claude = (settings: object) => inSettings(agentAllowsEverything, '.claude/settings.json', settings)

test.each([
  { name: 'the shell', settings: { permissions: { allow: ['Read', 'Bash'] } }, want: ['permissions.allow.1'] },
  { name: 'a wildcard', settings: { permissions: { allow: ['Bash(*)'] } }, want: ['permissions.allow.0'] },
  { name: 'an interpreter', settings: { permissions: { allow: ['Bash(python:*)', 'Bash(make *)'] } }, want: ['permissions.allow.0', 'permissions.allow.1'] },
  { name: 'a mode', settings: { permissions: { defaultMode: 'bypassPermissions' } }, want: ['permissions.defaultMode'] },
  { name: 'good', settings: { permissions: { allow: ['Bash(npm run test:*)', 'Bash(git status)'] } }, want: [] },
  { name: 'look-alike: denied', settings: { permissions: { deny: ['Bash(*)'] } }, want: [] },
  { name: 'look-alike: inside a sandbox', settings: { permissions: { defaultMode: 'bypassPermissions' }, sandbox: { enabled: true } }, want: [] },
])('$name', async ({ settings, want }) => expect(await claude(settings)).toEqual(want))

test.each([
  { name: 'an editor: everything', source: '.vscode/settings.json', settings: { 'chat.tools.autoApprove': true }, want: ['chat.tools.autoApprove'] },
  { name: 'an editor: one command', source: '.vscode/settings.json', settings: '{ // commands\n "chat.tools.terminal.autoApprove": { "git status": true, "rm": false }, }', want: [] },
  { name: 'another editor', source: 'settings.json', settings: { terminal: { executionPolicy: 'custom', allowList: ['npm install', 'git status', 'make *'], denyList: ['rm -rf /'] } }, want: ['terminal.allowList.2'] },
  { name: 'opencode, every command', source: 'opencode.json', settings: { permission: { bash: { '*': 'allow', 'rm *': 'deny' } } }, want: ['permission.bash.*'] },
  { name: 'opencode, one word for all', source: 'opencode.json', settings: { permission: 'allow' }, want: ['permission'] },
  { name: 'Gemini', source: '.gemini/settings.json', settings: { general: { defaultApprovalMode: 'yolo' }, tools: { allowed: ['run_shell_command'] } }, want: ['general.defaultApprovalMode', 'tools.allowed.0'] },
  { name: 'Zed', source: '.zed/settings.json', settings: { agent: { always_allow_tool_actions: true } }, want: ['agent.always_allow_tool_actions'] },
  { name: 'Roo', source: '.vscode/settings.json', settings: { 'roo-cline.allowedCommands': ['git log', '*'] }, want: ['roo-cline.allowedCommands.1'] },
  { name: 'Aider, in YAML', source: '.aider.conf.yml', settings: 'model: x\nyes-always: true\n', want: ['yes-always'] },
  { name: 'look-alike: Gemini in its sandbox', source: '.gemini/settings.json', settings: { general: { defaultApprovalMode: 'yolo' }, tools: { sandbox: 'docker' } }, want: [] },
  { name: 'look-alike: opencode asks', source: 'opencode.json', settings: { permission: { bash: 'ask' } }, want: [] },
  { name: 'Codex', source: '.codex/config.toml', settings: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n', want: ['approval_policy'] },
  { name: 'look-alike: Codex in its sandbox', source: '.codex/config.toml', settings: 'approval_policy = "never"\nsandbox_mode = "workspace-write"\n', want: [] },
])('$name', async ({ source, settings, want }) => expect(await inSettings(agentAllowsEverything, source, settings)).toEqual(want))
