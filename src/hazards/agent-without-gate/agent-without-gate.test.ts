import { expect, test } from 'vitest'
import { inSettings } from '../testing/files.ts'
import { agentWithoutGate } from './agent-without-gate.ts'

const hook = (event: string) => ({ hooks: { [event]: [{ matcher: 'Bash', hooks: [{ type: 'command', command: './check.sh' }] }] } })

test.each([
  { name: 'nothing refuses', settings: { permissions: { allow: ['Bash(npm run test)'] } }, want: [''] },
  { name: 'a hook that formats afterwards is no gate', settings: { permissions: { allow: ['Bash(npm run test)'] }, ...hook('PostToolUse') }, want: [''] },
  { name: 'a list of words', settings: { permissions: { allow: ['Edit'], deny: ['Bash(rm -rf /)'] } }, want: ['permissions.deny'] },
  { name: 'it may destroy unasked', settings: { permissions: { allow: ['Bash(rm -rf build)', 'Bash(git push:*)'] }, ...hook('PreToolUse') }, want: ['permissions.allow.0', 'permissions.allow.1'] },
  { name: 'good: a hook before tools', settings: { permissions: { allow: ['Bash(npm run test)'], deny: ['Bash(curl:*)'] }, ...hook('PreToolUse') }, want: [] },
  { name: 'good: a sandbox', settings: { permissions: { allow: ['Bash(npm run test)'] }, sandbox: { enabled: true } }, want: [] },
  { name: 'look-alike: nothing is allowed by itself', settings: { permissions: { allow: [] } }, want: [] },
])('$name', async ({ settings, want }) => expect(await inSettings(agentWithoutGate, '.claude/settings.json', settings)).toEqual(want))

test('the wrong claim is not repeated: denying curl, wget, nc, ssh and rm -rf / does not protect a shell', async () => {
  const settings = { terminal: { executionPolicy: 'custom', allowList: ['npm install', 'git status', 'docker ps'], denyList: ['curl', 'wget', 'nc', 'ssh', 'rm -rf /'] }, reviewMode: 'require-approval-for-file-deletion' }
  expect(await inSettings(agentWithoutGate, 'settings.json', settings)).toEqual(['terminal.denyList'])
})
