/** Code of somebody else inside a function: a layer of another account, or one without a version. Who can publish there can read everything here. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources, literal } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const own = new Set(accountsOf(view))
  return auditResources(view, ['aws_lambda_function'], (block) => {
    const layers = block.body['layers']
    const literals = Array.isArray(layers) ? (layers as readonly unknown[]).map((layer, index) => ({ layer, index })).filter((item): item is { layer: string; index: number } => typeof item.layer === 'string') : []
    return literals.flatMap(({ layer, index }): Omit<AuditFinding, 'of'>[] => {
      const match = /^arn:aws[\w-]*:lambda:[^:]*:(\d{12}):layer:([^:]+)(?::(\d+|\$LATEST))?$/.exec(layer)
      if (match === null) return []
      const [, account = '', name = '', version] = match
      if (version === undefined || version === '$LATEST') return [{ path: ['layers', index], summary: `${addressOf(block)} uses layer ${name} without a version`, advice: 'End the ARN with the version that was tested.', cause: 'no version' }]
      if (own.has(account)) return []
      return [{ path: ['layers', index], summary: `${addressOf(block)} runs layer ${name} of account ${account}`, advice: 'Copy it into your own account after a look, or build what it holds into the function.', cause: 'a layer of another account', severity: 4 }]
    })
  })
}

/** Accounts that the configuration names as its own: of providers, roles and other functions. */
function accountsOf({ terraform }: AuditView): string[] {
  return terraform.flatMap(({ block, body }) => (block === 'provider' ? [...JSON.stringify(body).matchAll(/\b(\d{12})\b/g)].map((match) => match[1] ?? '') : [literal(body, 'account_id')].filter((id) => typeof id === 'string')))
}

export const terraformLambdaLayer: AuditRule = {
  id: 'terraform-lambda-layer',
  title: 'A layer of somebody else in a function',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a layer that the same configuration makes', 'a layer of an account that the provider names'],
  prevention: 'Layers from your own account, by version, scanned as any dependency.',
  sources: [{ title: 'Lambda layers', url: 'https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html' }],
  reviewBy: '2027-06-30',
}
