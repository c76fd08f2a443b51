/** Objects as a `meta.k8s.io/v1` Table. */

import { groupKind, type KubeObject } from '../../../model/kube-object.ts'
import type { Resource } from '../../api/resource.ts'
import { ADMISSION_TABLES } from './admission-tables.ts'
import { CERTIFICATE_TABLES } from './certificate-tables.ts'
import { CLUSTER_TABLES } from './cluster-tables.ts'
import { customTable } from './custom-table.ts'
import { NETWORK_TABLES, OLD_ACCOUNTS } from './network-tables.ts'
import { DEVICE_TABLES } from './device-tables.ts'
import { FLOW_TABLES } from './flow-tables.ts'
import { podTable } from './pod-table.ts'
import { STORAGE_TABLES } from './storage-tables.ts'
import { PLAIN, type Column, type TableKind } from './table.ts'
import { WORKLOAD_TABLES } from './workload-tables.ts'

const TABLES: Readonly<Record<string, TableKind>> = { '/Pod': podTable, ...WORKLOAD_TABLES, ...CLUSTER_TABLES, ...NETWORK_TABLES, ...STORAGE_TABLES, ...ADMISSION_TABLES, ...FLOW_TABLES, ...CERTIFICATE_TABLES, ...DEVICE_TABLES, 'events.k8s.io/Event': CLUSTER_TABLES['/Event'] as TableKind }

/** Accounts showed how many secrets they have. */
const ACCOUNTS_SINCE_MINOR = 35
const UNTIL_1_34: Readonly<Record<string, TableKind>> = { '/ServiceAccount': OLD_ACCOUNTS }

/** `includeObject` of the request: what travels along with each row. */
export type RowObject = 'None' | 'Metadata' | 'Object'

export interface TableOptions {
  readonly resource: Resource
  readonly nowMs: number
  readonly include: RowObject
  readonly apiVersion: string
  /** Of the release: columns came and went. */
  readonly minor: number
}

export function renderTable(objects: readonly KubeObject[], metadata: object, options: TableOptions): object {
  const { resource, nowMs, include, apiVersion, minor } = options
  const key = groupKind(`${resource.group}/${resource.version}`, resource.kind)
  const table = (minor < ACCOUNTS_SINCE_MINOR ? UNTIL_1_34[key] : undefined) ?? TABLES[key] ?? customTable(resource)
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${apiVersion}`,
    metadata,
    columnDefinitions: table.columns.map(definition),
    // Upstream makes the plain table without a list to put rows in.
    rows: objects.length === 0 && table.columns[1]?.name === PLAIN ? null : (table.sorted?.(objects) ?? objects).map((object) => ({ cells: table.cells(object, nowMs), ...rowObject(object, include, apiVersion) })),
  }
}

function definition({ name, type, format, description, priority }: Column): object {
  return { name, type, format, description, priority }
}

function rowObject(object: KubeObject, include: RowObject, apiVersion: string): object {
  if (include === 'None') return { object: null }
  return { object: include === 'Object' ? object : partialMetadata(object, apiVersion) }
}

export function partialMetadata(object: KubeObject, apiVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${apiVersion}`, metadata: object.metadata }
}
