import { expect, test } from 'vitest'
import type { Hypothesis } from '../model/diagnosis.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { createView } from '../model/view.ts'
import { askOwner } from './ask-owner.ts'

const made = (kind: string, apiVersion: string, name: string, owner?: readonly [string, string, string]): KubeObject => ({ apiVersion, kind, metadata: { namespace: 'shop', name, uid: `uid-${name}`, ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: owner[0], kind: owner[1], name: owner[2], uid: `uid-${owner[2]}`, controller: true }] }) } })
const database = made('Database', 'db.example.io/v1', 'orders')
const set = made('StatefulSet', 'apps/v1', 'orders-db', ['db.example.io/v1', 'Database', 'orders'])
const about = (name: string) => ({ hazard: 'container-exits', subject: { kind: 'StatefulSet', namespace: 'shop', name } }) as unknown as Hypothesis
const viewOf = (...objects: readonly KubeObject[]) => createView(createSnapshot({ takenAtMs: 0, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'test', resourceVersion: '1', objects, logs: [], notes: [] }))

test.each([
  { name: 'the custom resource is named and asked about', view: viewOf(database, set), want: ['ask-owner-statefulset-shop-orders-db Database/orders'] },
  { name: 'nothing where no operator makes it', view: viewOf(made('StatefulSet', 'apps/v1', 'orders-db')), want: [] },
  { name: 'nothing where the resource was not collected', view: viewOf(set), want: [] },
])('$name', ({ view, want }) => expect(askOwner(about('orders-db'), view).map(({ id, steps, needsInput }) => `${id} ${steps.length === 0 ? '' : 'acts '}${needsInput[0]?.target?.kind ?? ''}/${needsInput[0]?.target?.name ?? ''}`)).toEqual(want))
