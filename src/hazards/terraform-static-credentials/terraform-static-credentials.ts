/** A key that does not end, written into a configuration: in a provider, or as a user whose key a pipeline keeps. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isPlaceholder, isSecretName, looksLikeToken } from '../shared/secrets.ts'
import { addressOf, auditResources, literal } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const written = view.terraform.flatMap((block) =>
    Object.keys(block.body).flatMap((name): AuditFinding[] => {
      const value = literal(block.body, name)
      const asDefault = block.block === 'variable' && name === 'default' && isSecretName(block.labels[0] ?? '')
      if (typeof value !== 'string' || isPlaceholder(value) || !(looksLikeToken(value) || asDefault || (isSecretName(name) && ['provider', 'resource', 'module'].includes(block.block)))) return []
      return [{ of: block, path: [name], summary: `${addressOf(block)} carries a value for ${asDefault ? (block.labels[0] ?? name) : name}`, advice: 'Take it from the environment or a secret store, and change it: it is in the history and in the state.', severity: 1 }]
    }),
  )
  const users = auditResources(view, ['aws_iam_access_key'], (block) => [{ path: [], summary: `${addressOf(block)} makes a key that does not end`, advice: 'Let the pipeline assume a role through OIDC; no key is kept then.', cause: 'a key that does not end' }])
  return [...written, ...users]
}

export const terraformStaticCredentials: AuditRule = {
  id: 'terraform-static-credentials',
  title: 'A credential in Terraform that does not end',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a variable without a default', 'a reference to a secret store', 'a role that is assumed'],
  prevention: 'OIDC between pipeline and cloud.',
  sources: [{ title: 'GitHub Actions: OIDC in AWS', url: 'https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws' }],
  reviewBy: '2027-06-30',
}
