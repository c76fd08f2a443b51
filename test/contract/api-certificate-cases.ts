/** Cases of the API contract: requests for certificates, and who may answer them. Nobody signs for the domain that is named here. */

import { expect } from 'vitest'
import { CERTIFICATE, ECDSA_REQUEST, pem } from '../support/certificate-requests.ts'
import type { ApiArena, ApiCase, Body } from './api-arena.ts'

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1'
const CERTIFICATE_PEM = pem(CERTIFICATE, 'CERTIFICATE')
const MERGE = 'application/merge-patch+json'
const decision = (type: string): object => ({ type, status: 'True', reason: 'Because', message: 'it was asked' })

async function asked({ create, unique }: ApiArena): Promise<string> {
  await create(PATH, { metadata: { name: `api-${unique}` }, spec: { request: pem(ECDSA_REQUEST), signerName: 'nobody.example.com/client', usages: ['client auth'], expirationSeconds: 3600, username: 'somebody-else' } })
  return `${PATH}/api-${unique}`
}

const answer = (arena: ApiArena, path: string, status: object): ReturnType<ApiArena['call']> => arena.call({ method: 'PATCH', path, type: MERGE, body: { status } })
const causes = (body: Body): unknown => body.details.causes.map(({ field, message }: Body) => `${field}: ${message}`)

export const CERTIFICATE_CASES: readonly ApiCase[] = [
  {
    name: 'a request is approved, and stays so; then it is signed, once',
    run: async (arena) => {
      const path = await asked(arena)
      const { body } = await arena.call({ path })
      expect(body.spec.username).not.toBe('somebody-else')
      expect(body.spec.groups).toContain('system:authenticated')
      expect([body.status, body.metadata.generation]).toEqual([{}, undefined])
      const approved = await answer(arena, `${path}/approval`, { conditions: [decision('Approved')], certificate: CERTIFICATE_PEM })
      expect(approved.body.status).toEqual({ conditions: [{ ...decision('Approved'), lastUpdateTime: expect.any(String) as unknown, lastTransitionTime: expect.any(String) as unknown }] })
      expect(causes((await answer(arena, `${path}/approval`, { conditions: [decision('Denied')] })).body)).toEqual(['status.conditions: Forbidden: updates may not remove a condition of type "Approved"'])
      expect(causes((await answer(arena, `${path}/approval`, { conditions: [decision('Approved'), decision('Denied')] })).body)).toEqual(['status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'])
      expect(causes((await answer(arena, `${path}/status`, { certificate: Buffer.from('none').toString('base64') })).body)).toEqual(['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'])
      const signed = await answer(arena, `${path}/status`, { certificate: CERTIFICATE_PEM })
      expect(signed.body.status).toMatchObject({ certificate: CERTIFICATE_PEM, conditions: [{ type: 'Approved' }] })
      expect(causes((await answer(arena, `${path}/status`, { certificate: pem(CERTIFICATE, 'CERTIFICATE').slice(0, -4).concat('Cg==') })).body)).toContain('status.certificate: Forbidden: updates may not modify existing certificate content')
      expect((await arena.call({ method: 'PATCH', path, type: MERGE, body: { spec: { usages: ['any'] }, status: {}, metadata: { labels: { app: 'a' } } } })).body).toMatchObject({ metadata: { labels: { app: 'a' } }, spec: { usages: ['client auth'] }, status: { certificate: CERTIFICATE_PEM } })
      const table = await arena.call({ path, accept: TABLE })
      expect(table.body.columnDefinitions.map(({ name }: Body) => name)).toEqual(['Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'])
      expect(table.body.rows[0].cells.toSpliced(3, 1).toSpliced(1, 1)).toEqual([`api-${arena.unique}`, 'nobody.example.com/client', '60m', 'Approved,Issued'])
    },
  },
  {
    name: 'decisions are made on their own path, and each condition is sound',
    run: async (arena) => {
      const path = await asked(arena)
      expect(causes((await answer(arena, `${path}/status`, { conditions: [decision('Approved')] })).body)).toEqual(['status.conditions: Forbidden: updates may not add a condition of type "Approved"'])
      expect(causes((await answer(arena, `${path}/approval`, { conditions: [{ type: 'Denied', status: 'False' }, { type: '' }, { type: 'Other', status: 'Maybe' }, { type: 'Other', status: 'True' }] })).body)).toEqual([
        'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
        'status.conditions[1].type: Required value',
        'status.conditions[1].status: Required value',
        'status.conditions[2].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        'status.conditions[3].type: Duplicate value: "Other"',
      ])
      const failed = await answer(arena, `${path}/status`, { conditions: [decision('Failed')] })
      expect(failed.body.status.conditions).toHaveLength(1)
      const denied = await answer(arena, `${path}/approval`, { conditions: [decision('Failed'), decision('Denied')] })
      expect(denied.body.status.conditions.map(({ type }: Body) => type)).toEqual(['Failed', 'Denied'])
      expect((await arena.call({ path, accept: TABLE })).body.rows[0].cells[5]).toBe('Denied,Failed')
      expect((await arena.call({ path: `${PATH}?fieldSelector=spec.signerName%3Dnobody.example.com%2Fclient` })).body.items.map(({ metadata }: Body) => metadata.name)).toContain(`api-${arena.unique}`)
    },
  },
  {
    name: 'who answers needs the right to answer for that signer',
    run: async (arena) => {
      const path = await asked(arena)
      const user = `approver-${arena.unique}`
      const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
      const rule = { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval', 'certificatesigningrequests'], verbs: ['get', 'patch'] }
      await arena.create(role, { metadata: { name: user }, rules: [rule] })
      await arena.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: user }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user }, subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }] })
      const approve = { method: 'PATCH', path: `${path}/approval`, type: MERGE, headers: { 'impersonate-user': user }, body: { status: { conditions: [decision('Approved')] } } }
      const refused = await arena.until(approve, ({ body }) => /not permitted/.test(body.message))
      expect(refused).toMatchObject({ status: 403, body: { message: `certificatesigningrequests.certificates.k8s.io "api-${arena.unique}" is forbidden: user not permitted to approve requests with signerName "nobody.example.com/client"` } })
      await arena.call({ method: 'PATCH', path: `${role}/${user}`, type: MERGE, body: { rules: [rule, { apiGroups: ['certificates.k8s.io'], resources: ['signers'], resourceNames: ['nobody.example.com/*'], verbs: ['approve'] }] } })
      await arena.until(approve, ({ status }) => status === 200)
    },
  },
]
