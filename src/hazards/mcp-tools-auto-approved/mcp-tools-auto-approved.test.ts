import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpToolsAutoApproved } from './mcp-tools-auto-approved.ts'

test.each([
  { name: 'one that changes', server: { command: 'x', autoApprove: ['list_pods', 'manage_k8s_resource'] }, want: ['a autoApprove.1'] },
  { name: 'in camel case', server: { command: 'x', alwaysAllow: ['createJiraIssue'] }, want: ['a alwaysAllow.0'] },
  { name: 'all', server: { command: 'x', autoApprove: ['*'] }, want: ['a autoApprove'] },
  { name: 'all, in the words of another client', server: { command: 'x', trust: true }, want: ['a trust'] },
  { name: 'good', server: { command: 'x', autoApprove: ['get_pod_logs', 'searchIssues'] }, want: [] },
  { name: 'look-alike: a part of a word', server: { command: 'x', autoApprove: ['list_deployments', 'get_runbook', 'read_settings'] }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpToolsAutoApproved, { a: server })).toEqual(want))
