/** Cases of the API contract: flow schemas and priority levels. */

import { expect } from 'vitest'
import type { ApiCase, Body } from './api-arena.ts'

const GROUP = '/apis/flowcontrol.apiserver.k8s.io/v1'
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1'

/** Without the age. */
const SCHEMAS = [
  ['exempt', 'exempt', 1, '<none>', 'False'],
  ['probes', 'exempt', 2, '<none>', 'False'],
  ['system-leader-election', 'leader-election', 100, 'ByUser', 'False'],
  ['system-node-high', 'node-high', 400, 'ByUser', 'False'],
  ['system-nodes', 'system', 500, 'ByUser', 'False'],
  ['kube-controller-manager', 'workload-high', 800, 'ByNamespace', 'False'],
  ['kube-scheduler', 'workload-high', 800, 'ByNamespace', 'False'],
  ['kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', 'False'],
  ['service-accounts', 'workload-low', 9000, 'ByUser', 'False'],
  ['global-default', 'global-default', 9900, 'ByUser', 'False'],
  ['catch-all', 'catch-all', 10_000, 'ByUser', 'False'],
]

const LEVELS = [
  ['catch-all', 'Limited', 5, '<none>', '<none>', '<none>'],
  ['exempt', 'Exempt', '<none>', '<none>', '<none>', '<none>'],
  ['global-default', 'Limited', 20, 128, 6, 50],
  ['leader-election', 'Limited', 10, 16, 4, 50],
  ['node-high', 'Limited', 40, 64, 6, 50],
  ['system', 'Limited', 30, 64, 6, 50],
  ['workload-high', 'Limited', 40, 128, 6, 50],
  ['workload-low', 'Limited', 100, 128, 6, 50],
]

const rows = (body: Body, age: number): unknown[] => body.rows.map(({ cells }: Body) => cells.toSpliced(age, 1))

export const FLOW_CASES: readonly ApiCase[] = [
  {
    name: 'the schemas and levels that a server starts with, by precedence',
    run: async ({ until, call }) => {
      const { body } = await until({ path: `${GROUP}/flowschemas`, accept: TABLE }, (answer) => answer.body.rows?.length >= SCHEMAS.length && answer.body.rows.every(({ cells }: Body) => cells[5] !== '?'))
      expect(body.columnDefinitions.map(({ name, type }: Body) => [name, type])).toEqual(['Name', 'PriorityLevel', 'MatchingPrecedence', 'DistinguisherMethod', 'Age', 'MissingPL'].map((name) => [name, 'string']))
      expect(rows(body, 4).filter((row) => SCHEMAS.some(([name]) => name === (row as unknown[])[0]))).toEqual(SCHEMAS)
      expect(rows((await call({ path: `${GROUP}/prioritylevelconfigurations`, accept: TABLE })).body, 6)).toEqual(expect.arrayContaining(LEVELS))
      expect((await call({ path: `${GROUP}/flowschemas/system-leader-election` })).body).toMatchObject({
        metadata: { generation: 1, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } },
        spec: {
          rules: [
            {
              resourceRules: [{ apiGroups: ['coordination.k8s.io'], namespaces: ['*'], resources: ['leases'], verbs: ['get', 'create', 'update'] }],
              subjects: [{ kind: 'User', user: { name: 'system:kube-controller-manager' } }, { kind: 'User', user: { name: 'system:kube-scheduler' } }, { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'kube-system' } }],
            },
          ],
        },
      })
    },
  },
  {
    name: 'a schema is told when its level comes, and a mandatory one is not changed',
    run: async ({ create, until, call, unique }) => {
      const name = `api-${unique}`
      const rules = [{ subjects: [{ kind: 'User', user: { name: 'nobody-at-all' } }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/nowhere'] }] }]
      await create(`${GROUP}/flowschemas`, { metadata: { name }, spec: { priorityLevelConfiguration: { name }, rules } })
      const dangling = (status: string) => ({ body }: { readonly body: Body }): boolean => body.status?.conditions?.[0]?.status === status
      const missing = await until({ path: `${GROUP}/flowschemas/${name}` }, dangling('True'))
      expect(missing.body).toMatchObject({ spec: { matchingPrecedence: 1000 }, status: { conditions: [{ type: 'Dangling', reason: 'NotFound', message: `This FlowSchema references the PriorityLevelConfiguration object named "${name}" but there is no such object` }] } })
      await create(`${GROUP}/prioritylevelconfigurations`, { metadata: { name }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } } })
      await until({ path: `${GROUP}/flowschemas/${name}` }, dangling('False'))
      const fixed = await call({ method: 'PATCH', path: `${GROUP}/flowschemas/catch-all`, type: 'application/merge-patch+json', body: { spec: { matchingPrecedence: 9999 } } })
      expect(fixed).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec', message: expect.stringMatching(/: spec of 'catch-all' must equal the fixed value$/) as unknown }] } } })
    },
  },
]
