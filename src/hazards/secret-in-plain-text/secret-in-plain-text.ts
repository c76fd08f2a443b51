/** A secret where everybody reads: in an environment value or in a ConfigMap. Told by the form of the value, or by a name that says so with a value that could be one. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPasswordName, isPlaceholder, isSecretName, looksLikeToken } from '../shared/secrets.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** How `kernel/redact` marks a secret in what was read from a cluster. */
const WITHHELD = '⟦secret:'
const ADVICE = 'Move it into a Secret (or a store outside), refer to it, and change it: it has been written down.'

function audit({ cluster }: AuditView): AuditFinding[] {
  const environment = auditContainers(cluster, (item) =>
    (item.container.env ?? []).flatMap(({ name, value }, index) => (typeof value === 'string' && isSecret(name, value) ? [{ path: [...item.path, 'env', index, 'value'], summary: `${name} of ${containerText(item)} is written out`, advice: ADVICE, cause: 'in the environment' }] : [])),
  )
  return [...environment, ...cluster.list('', 'ConfigMap').flatMap(inConfigMap)]
}

function inConfigMap(map: KubeObject): AuditFinding[] {
  const data = isRecord(map['data']) ? map['data'] : {}
  return Object.entries(data).flatMap(([key, value]) => (typeof value === 'string' && isSecret(key, value) ? [{ of: map, path: ['data', key], summary: `key ${key} of ${subjectText(subjectOf(map))} is a secret`, advice: ADVICE, cause: 'in a ConfigMap' }] : []))
}

/** A mark says that a secret was withheld there. A long text is a file; the name of a key says nothing about what is in it. */
function isSecret(name: string, value: string): boolean {
  return looksLikeToken(value) || value.includes(WITHHELD) || (isSecretName(name) && !isPlaceholder(value) && value.length >= (isPasswordName(name) ? 3 : 6) && !/\s/.test(value) && !value.includes('$('))
}

export const secretInPlainText: AuditRule = {
  id: 'secret-in-plain-text',
  title: 'A secret where everybody reads',
  severity: 2,
  appliesTo: [...WORKLOAD_KINDS, '/ConfigMap'],
  audit,
  lookAlikes: ['a variable that names a file or a Secret', 'a value that is a reference or a placeholder', 'a word that contains one (TOKENIZERS_PARALLELISM)', 'a public key or certificate'],
  prevention: 'secretKeyRef in place of value, and a scanner before the commit.',
  sources: [{ title: 'Secrets good practices', url: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/' }],
  reviewBy: '2027-06-30',
}
