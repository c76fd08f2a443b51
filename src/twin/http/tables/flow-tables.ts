/** Flow schemas and priority levels: who is served before whom. */

import type { FlowSchema, PriorityLevelConfiguration } from 'kubernetes-types/flowcontrol/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { ageOf } from '../human-duration.ts'
import { columns, nameOf, type TableKind } from './table.ts'

const NONE = '<none>'

export const FLOW_TABLES: Readonly<Record<string, TableKind>> = {
  'flowcontrol.apiserver.k8s.io/FlowSchema': {
    columns: columns('Name, PriorityLevel, MatchingPrecedence, DistinguisherMethod, Age, MissingPL'),
    cells: (object, nowMs) => {
      const { spec, status } = object as KubeObject & FlowSchema
      const dangling = status?.conditions?.find(({ type }) => type === 'Dangling')
      return [nameOf(object), spec?.priorityLevelConfiguration.name ?? '', spec?.matchingPrecedence ?? 0, spec?.distinguisherMethod?.type ?? NONE, ageOf(object.metadata.creationTimestamp, nowMs), dangling?.status ?? '?']
    },
    sorted: (objects) => [...objects].sort((left, right) => precedenceOf(left) - precedenceOf(right) || (nameOf(left) < nameOf(right) ? -1 : 1)),
  },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': {
    columns: columns('Name, Type, NominalConcurrencyShares, Queues, HandSize, QueueLengthLimit, Age'),
    cells: (object, nowMs) => {
      const { type = '', limited } = (object as KubeObject & PriorityLevelConfiguration).spec ?? {}
      const queuing = limited?.limitResponse?.queuing
      return [nameOf(object), type, limited?.nominalConcurrencyShares ?? NONE, queuing?.queues ?? NONE, queuing?.handSize ?? NONE, queuing?.queueLengthLimit ?? NONE, ageOf(object.metadata.creationTimestamp, nowMs)]
    },
  },
}

function precedenceOf(schema: KubeObject): number {
  return (schema as KubeObject & FlowSchema).spec?.matchingPrecedence ?? 0
}
