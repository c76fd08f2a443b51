/** A Secret with its values in a file: base64 is no encryption, and whoever may read the repository may log in. */

import { isRecord } from '../../kernel/json.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPlaceholder } from '../shared/secrets.ts'

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  // A cluster holds its Secrets; a file does not have to.
  if (complete) return []
  return cluster.list('', 'Secret').flatMap((secret) => {
    const field = ['stringData', 'data'].find((name) => valuesOf(secret, name).some((value) => !isPlaceholder(value)))
    if (field === undefined || isEncrypted(secret)) return []
    return [{ of: secret, path: [field], summary: `${subjectText(subjectOf(secret))} lies here with its values`, advice: 'Keep it in a store (External Secrets), or encrypted (SOPS, Sealed Secrets), and change the values: they have been written down.' }]
  })
}

function valuesOf(secret: KubeObject, field: string): string[] {
  const values = isRecord(secret[field]) ? Object.values(secret[field]).filter((value) => typeof value === 'string') : []
  return field === 'data' ? values.map((value) => Buffer.from(value, 'base64').toString('utf8')) : values
}

function isEncrypted(secret: KubeObject): boolean {
  return secret['sops'] !== undefined || [...valuesOf(secret, 'stringData'), ...Object.values(isRecord(secret['data']) ? secret['data'] : {})].some((value) => typeof value === 'string' && value.startsWith('ENC['))
}

export const secretCommitted: AuditRule = {
  id: 'secret-committed',
  title: 'A Secret that is kept in a file',
  severity: 3,
  appliesTo: ['/Secret'],
  audit,
  lookAlikes: ['a placeholder', 'a Secret that SOPS encrypted', 'a SealedSecret or an ExternalSecret, which hold none', 'a Secret without values'],
  prevention: 'A store outside, or encryption before the commit.',
  sources: [{ title: 'Secrets good practices for cluster administrators', url: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/#cluster-administrators' }],
  reviewBy: '2027-06-30',
}
