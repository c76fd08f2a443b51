/** Where a use case asks whether its caller may. */

import { fault } from '../../kernel/fault.ts'
import { whyForbidden, type Permission } from '../../model/permission.ts'
import type { Principal } from '../../model/principal.ts'

/** Fault `forbidden` when it may not. */
export function demand(principal: Principal, permission: Permission): void {
  const reason = whyForbidden(principal, permission)
  if (reason !== undefined) throw fault({ code: 'forbidden', operation: permission, message: reason, hint: 'docs/guides/people.md tells who may do what, and how a role is given.' })
}
