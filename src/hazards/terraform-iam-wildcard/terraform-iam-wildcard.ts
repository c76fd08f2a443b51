/** A policy that allows every action of a service on every resource. The least that a job needs is nearly always a list. */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, anyText, literal, nested } from '../shared/terraform.ts'

interface Statement {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly path: readonly (string | number)[]
}

function audit({ terraform }: AuditView): AuditFinding[] {
  return terraform.flatMap((block) => statementsOf(block).flatMap((statement): AuditFinding[] => {
    const wide = statement.actions.filter((action) => action === '*' || /^[\w-]+:\*$/.test(action))
    if (wide.length === 0 || !statement.resources.includes('*')) return []
    return [{ of: block, path: statement.path, summary: `${addressOf(block)} allows ${wide.join(', ')} on every resource`, advice: 'Name the actions and the ARNs; for backups of WAL: s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket on one bucket.', severity: wide.includes('*') ? 1 : 2 }]
  }))
}

function statementsOf(block: TerraformBlock): Statement[] {
  const [type = ''] = block.labels
  if (block.block === 'data' && type === 'aws_iam_policy_document') return nested(block.body, 'statement').filter(({ body }) => (literal(body, 'effect') ?? 'Allow') === 'Allow').map(({ body, path }) => ({ actions: textsOf(body['actions']), resources: textsOf(body['resources']), path }))
  if (block.block !== 'resource' || !/^aws_iam_(role_|user_|group_)?policy$/.test(type)) return []
  return fromText(anyText(block.body['policy']))
}

/** JSON in a here-document, or the argument of jsonencode, whose keys and lists look nearly the same. */
function fromText(text: string): Statement[] {
  return text.split(/(?=["']?Effect["']?\s*[:=])/).slice(1).filter((part) => /^["']?Effect["']?\s*[:=]\s*"Allow"/.test(part)).map((part) => ({ actions: listAfter(part, 'Action'), resources: listAfter(part, 'Resource'), path: ['policy'] }))
}

function listAfter(text: string, key: string): string[] {
  const match = new RegExp(`["']?${key}["']?\\s*[:=]\\s*(\\[[^\\]]*\\]|"[^"]*")`).exec(text)
  return [...(match?.[1] ?? '').matchAll(/"([^"]*)"/g)].map((item) => item[1] ?? '')
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : isRecord(value) ? [] : typeof value === 'string' ? [value] : []
}

export const terraformIamWildcard: AuditRule = {
  id: 'terraform-iam-wildcard',
  title: 'A policy that allows everything of a service',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a wildcard of actions on one bucket', 'a wildcard of resources for one action that has none (ec2:DescribeTags)', 'a statement that denies'],
  prevention: 'Policies generated from what was used.',
  sources: [{ title: 'IAM: grant least privilege', url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege' }],
  reviewBy: '2027-06-30',
}
