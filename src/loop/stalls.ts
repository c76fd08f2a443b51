/**
 * Why a cluster stands still: what its controllers say they could not do. A proof that does not hold says what is
 * missing; this says who refused it, in the refuser's own words (a quota, a webhook, a missing account).
 */

import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { conditionOf } from '../model/kube/workload.ts'

interface Objects {
  list(kind: string): Iterable<KubeObject>
}

const MAKERS = ['apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'] as const
const WORDS_MAX = 240

/** One sentence a refusal; names that controllers generated are left out, so that runs compare. */
export function stallsOf(objects: Objects): string[] {
  const stalls = new Set<string>()
  for (const kind of MAKERS) {
    for (const object of objects.list(kind)) {
      const failure = conditionOf(object, 'ReplicaFailure')
      if (failure?.status === 'True') stalls.add(refusalText(object, failure.message ?? failure.reason ?? ''))
    }
  }
  return [...stalls]
}

function refusalText(maker: KubeObject, message: string): string {
  const owner = maker.metadata.ownerReferences?.find((reference) => reference.controller === true)
  const namespace = maker.metadata.namespace
  const subject = owner === undefined ? subjectOf(maker) : { kind: owner.kind, name: owner.name, ...(namespace === undefined ? {} : { namespace }) }
  return `pods of ${subjectText(subject)} are refused: ${message.replace(/^pods "[^"]*" is forbidden: /, '').slice(0, WORDS_MAX)}`
}
