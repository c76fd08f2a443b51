import { expect, test } from 'vitest'
import { may, whyForbidden, type Permission } from './permission.ts'
import { ROLES, SCOPES, type Principal, type Role } from './principal.ts'
import { proves } from '../../test/requirements.ts'

const ann: Principal = { subject: 'ann', name: 'Ann', kind: 'person', roles: ['approver'], teams: [], authentication: { method: 'session', atMs: 0 } }

const permitted: Readonly<Record<Permission, readonly Role[]>> = {
  read: ['viewer', 'responder', 'approver', 'admin'],
  'send-alerts': ['responder', 'admin'],
  approve: ['approver', 'admin'],
  deny: ['responder', 'approver', 'admin'],
  'propose-policy': ['responder', 'approver', 'admin'],
  'stop-changes': ['responder', 'approver', 'admin'],
  'resume-changes': ['admin'],
  'own-tokens': ['viewer', 'responder', 'approver', 'admin'],
  'manage-tokens': ['admin'],
  'manage-people': ['admin'],
}

test.each(Object.entries(permitted) as [Permission, readonly Role[]][])('%s: a person with one of %j', (permission, roles) => {
  expect(ROLES.filter((role) => may({ ...ann, roles: [role] }, permission))).toEqual(roles)
  expect(may({ ...ann, roles: [] }, permission)).toBe(false)
  expect(may({ ...ann, roles: ROLES, scopes: [] }, permission)).toBe(false)
  expect(SCOPES.filter((scope) => may({ ...ann, roles: ROLES, scopes: [scope] }, permission))).toHaveLength(1)
})

test.each(['service', 'agent'] as const)('whatever its roles and scopes, %s never votes, and gives nobody rights', (kind) => {
  proves('nothing-unauthorised.only-people-vote')
  const everything: Principal = { ...ann, kind, roles: ROLES, scopes: SCOPES }
  const mayDo = (Object.keys(permitted) as Permission[]).filter((permission) => may(everything, permission))
  expect(mayDo).toEqual(['read', 'send-alerts', 'propose-policy', 'stop-changes'])
  expect(whyForbidden(everything, 'approve')).toContain('only a person may approve a plan')
})
