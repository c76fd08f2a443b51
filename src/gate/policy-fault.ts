/** How a policy directory is refused: the file, the line, the policy, and what to do. */

import { fault, type Fault } from '../kernel/fault.ts'

export function policyFault(parts: { readonly file: string; readonly line?: number; readonly policy?: string; readonly message: string; readonly hint: string }): Fault {
  const line = parts.line === undefined ? '' : `:${parts.line}`
  const policy = parts.policy === undefined ? '' : ` policy "${parts.policy}"`
  return fault({ code: 'invalid', operation: 'load policies', subject: `${parts.file}${line}${policy}`, message: parts.message, hint: parts.hint, recovery: 'ask-human' })
}
