/**
 * Does to a twin what the question asks. What a plan can do is done by `act`'s own verbs; everything else is a request to
 * the twin's API server, or a fault of its machines.
 */

import { faultLine, isFault } from '../../kernel/fault.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Doing } from '../../model/what-if.ts'
import type { Twin } from '../../twin/twin.ts'
import { actionsFor } from './actions-for.ts'
import { findObject, findPlaces, servedRef } from './find-objects.ts'
import { performActions } from './perform-actions.ts'

/** One line a thing that was done or refused, at the moment when it was. */
export type Say = (line: string) => void

export interface Done {
  readonly problems: readonly string[]
  readonly evictionsBlocked: number
}

const USER = 'boyd-what-if'

/** What the twin refuses is an answer to the question, not a failure of it; names that fit nothing are faults. */
export async function doIt(twin: Twin, doing: Doing, say: Say): Promise<Done> {
  switch (doing.type) {
    case 'nothing':
      say('nothing is done')
      return NO_TROUBLE
    case 'wait':
      twin.advance(doing.forMs)
      return NO_TROUBLE
    case 'lose':
    case 'recover':
      return setMachines(twin, doing, say)
    case 'fill':
      return fillMachines(twin, doing, say)
    case 'delete':
      return attempt(doing.things.map((thing) => findObject(twin, thing)), (object) => twin.apiFor(USER).remove(servedRef(twin, object), doing.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: doing.gracePeriodSeconds }), { what: 'is deleted', say })
    case 'apply':
      return attempt(doing.objects.map((object) => placed(twin, object, doing.namespace)), (object) => twin.apiFor(USER).apply(object, { fieldManager: USER, force: true }), { what: 'is applied', say })
    default:
      return performActions(twin, { user: USER, actions: actionsFor(twin, doing), say })
  }
}

const NO_TROUBLE: Done = { problems: [], evictionsBlocked: 0 }

function attempt(objects: readonly KubeObject[], send: (object: KubeObject) => unknown, { what, say }: { readonly what: string; readonly say: Say }): Done {
  const problems: string[] = []
  for (const object of objects) {
    const name = subjectText(subjectOf(object))
    try {
      send(object)
      say(`${name} ${what}`)
    } catch (error) {
      if (!isFault(error)) throw error
      problems.push(`${name}: ${faultLine(error)}`)
      say(`${name}: ${faultLine(error)}`)
    }
  }
  return { problems, evictionsBlocked: 0 }
}

/** As kubectl: an object that names no namespace gets the one that was given, else `default`; a cluster-scoped one has none. */
function placed(twin: Twin, object: KubeObject, given: string | undefined): KubeObject {
  const resource = twin.api.resources.byKind(object.apiVersion, object.kind)
  if (resource?.namespaced !== true || object.metadata.namespace !== undefined) return object
  return { ...object, metadata: { ...object.metadata, namespace: given ?? 'default' } }
}

async function setMachines(twin: Twin, { type, nodes, zones }: Extract<Doing, { type: 'lose' | 'recover' }>, say: Say): Promise<Done> {
  const found = findPlaces(twin, { nodes, zones })
  for (const { metadata } of found) await twin.control.setNode(metadata.name ?? '', { type: type === 'lose' ? 'silent' : 'healthy' })
  const [one, many] = type === 'lose' ? ['stops', 'stop'] : ['runs again', 'run again']
  say(found.length === 1 ? `${subjectText(subjectOf(found[0] as KubeObject))} ${one}` : `${found.length} nodes ${many}`)
  return NO_TROUBLE
}

const FILLED = { disk: 'disk', inodes: 'inodes', pids: 'process numbers' } as const

async function fillMachines(twin: Twin, { nodes, zones, resource, percent }: Extract<Doing, { type: 'fill' }>, say: Say): Promise<Done> {
  const found = findPlaces(twin, { nodes, zones })
  for (const { metadata } of found) await twin.control.setNode(metadata.name ?? '', { type: 'fills', resource, percent })
  const whose = found.length === 1 ? subjectText(subjectOf(found[0] as KubeObject)) : `${found.length} nodes`
  say(`the ${FILLED[resource]} of ${whose} ${resource === 'disk' ? 'is' : 'are'} used to ${percent} %`)
  return NO_TROUBLE
}
