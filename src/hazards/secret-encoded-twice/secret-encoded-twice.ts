/** A value of a Secret that is base64 of base64: the program gets letters where it wants a password. Typical of stores that hand values over encoded. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('', 'Secret').flatMap((secret) => [...encodedIn(secret, 'data', 2), ...encodedIn(secret, 'stringData', 1)])
}

/** `layers` of base64 come off, and readable text is left. Only the name of the key is told. */
function encodedIn(secret: KubeObject, field: string, layers: number): AuditFinding[] {
  const values = isRecord(secret[field]) ? secret[field] : {}
  return Object.entries(values).flatMap(([key, value]) => {
    if (typeof value !== 'string' || /^(\.dockerconfigjson|\.dockercfg)$/.test(key)) return []
    let text: string | undefined = value.trim()
    for (let layer = 0; layer < layers && text !== undefined; layer += 1) text = decoded(text)
    return text === undefined ? [] : [{ of: secret, path: [field, key], summary: `key ${key} of ${subjectText(subjectOf(secret))} is base64 ${field === 'data' ? 'of base64' : 'in stringData, which is encoded once more'}`, advice: 'Encode it once: let the store hand over the plain value, or write it into stringData as it is.' }]
  })
}

/** The decoded text where the form is unmistakably base64 of something printable; undefined otherwise. */
function decoded(text: string): string | undefined {
  if (text.length < 8 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const plain = bytes.toString('utf8')
  const exact = bytes.toString('base64') === text
  return exact && /^[\t\n\r\u0020-\u007E]+$/.test(plain) ? plain.trim() : undefined
}

export const secretEncodedTwice: AuditRule = {
  id: 'secret-encoded-twice',
  title: 'A Secret that is encoded twice',
  severity: 3,
  appliesTo: ['/Secret'],
  audit,
  lookAlikes: ['a password of letters and digits that decodes to bytes nobody could read', 'a short value', 'a registry credential, which holds base64 by its format'],
  prevention: 'Read a new Secret back once, decoded, before a workload does.',
  sources: [{ title: 'Secrets: constraints on data', url: 'https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data' }],
  reviewBy: '2027-06-30',
}
