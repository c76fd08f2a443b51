/**
 * What each role may do. The one table: doors and use cases ask it and hold no rule of their own.
 */

import type { Principal, PrincipalKind, Role, Scope } from './principal.ts'

interface Rule {
  readonly roles: readonly Role[]
  /** What a limited credential must be good for. */
  readonly scope: Scope
  /** Kinds that may; absent: any. */
  readonly kinds?: readonly PrincipalKind[]
  /** As a refusal says it: `may not …`. */
  readonly text: string
}

const PEOPLE: readonly PrincipalKind[] = ['person']

const TABLE = {
  read: { roles: ['viewer', 'responder', 'approver', 'admin'], scope: 'read', text: 'read incidents and the ledger' },
  'send-alerts': { roles: ['responder', 'admin'], scope: 'alerts', text: 'send alerts' },
  approve: { roles: ['approver', 'admin'], scope: 'approve', kinds: PEOPLE, text: 'approve a plan' },
  /** Saying no is safe, so more people may. */
  deny: { roles: ['responder', 'approver', 'admin'], scope: 'respond', kinds: PEOPLE, text: 'deny a plan' },
  'propose-policy': { roles: ['responder', 'approver', 'admin'], scope: 'respond', text: 'propose a policy' },
  /** Stopping is safe; going on is not. */
  'stop-changes': { roles: ['responder', 'approver', 'admin'], scope: 'respond', text: 'stop changes' },
  'resume-changes': { roles: ['admin'], scope: 'admin', kinds: PEOPLE, text: 'let changes go on' },
  'own-tokens': { roles: ['viewer', 'responder', 'approver', 'admin'], scope: 'admin', kinds: PEOPLE, text: 'make tokens of their own' },
  'manage-tokens': { roles: ['admin'], scope: 'admin', kinds: PEOPLE, text: 'manage the tokens of others' },
  'manage-people': { roles: ['admin'], scope: 'admin', kinds: PEOPLE, text: 'manage people' },
} as const satisfies Readonly<Record<string, Rule>>

export type Permission = keyof typeof TABLE

/** Why the principal may not, as the end of a sentence; undefined when it may. */
export function whyForbidden(principal: Principal, permission: Permission): string | undefined {
  const rule: Rule = TABLE[permission]
  if (rule.kinds !== undefined && !rule.kinds.includes(principal.kind)) return `only a person may ${rule.text}, and ${principal.name} is ${principal.kind === 'agent' ? 'an agent' : 'a service'}`
  if (!principal.roles.some((role) => rule.roles.includes(role))) return `${principal.name} may not ${rule.text}: that takes the role ${rule.roles.join(' or ')}`
  if (principal.scopes !== undefined && !principal.scopes.includes(rule.scope)) return `this token may not be used to ${rule.text}: it lacks the scope "${rule.scope}"`
  return undefined
}

export function may(principal: Principal, permission: Permission): boolean {
  return whyForbidden(principal, permission) === undefined
}
