/** Some types of Secret promise their reader a content (`ValidateSecret`). */

import { holdsMark } from '../../kernel/redact/mark.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, requiredField, type FieldError } from './field-error.ts'
import { goObjectProblem } from './go-json.ts'

type Data = Readonly<Record<string, unknown>>

export function typedSecretErrors(secret: KubeObject, data: Data): FieldError[] {
  const lacking = (keys: readonly string[]): FieldError[] => keys.filter((key) => data[key] === undefined).map((key) => requiredField(`data[${key}]`))
  switch (secret['type']) {
    case 'kubernetes.io/service-account-token':
      return (secret.metadata.annotations?.['kubernetes.io/service-account.name'] ?? '') === '' ? [requiredField('metadata.annotations[kubernetes.io/service-account.name]')] : []
    case 'kubernetes.io/dockercfg':
      return [...lacking(['.dockercfg']), ...contentErrors(data, '.dockercfg')]
    case 'kubernetes.io/dockerconfigjson':
      return [...lacking(['.dockerconfigjson']), ...contentErrors(data, '.dockerconfigjson')]
    case 'kubernetes.io/basic-auth':
      return data['username'] === undefined && data['password'] === undefined ? lacking(['username', 'password']) : []
    case 'kubernetes.io/ssh-auth':
      return (data['ssh-privatekey'] ?? '') === '' ? [requiredField('data[ssh-privatekey]')] : []
    case 'kubernetes.io/tls':
      return lacking(['tls.crt', 'tls.key'])
    default:
      return []
  }
}

/** It must be a JSON object. A value that was withheld, of which only a mark is left, was one on its server. */
function contentErrors(data: Data, key: string): FieldError[] {
  const value = data[key]
  if (typeof value !== 'string' || holdsMark(value)) return []
  const problem = goObjectProblem(Buffer.from(value, 'base64').toString('utf8'))
  return problem === undefined ? [] : [invalidField(`data[${key}]`, '<secret contents redacted>', problem)]
}
