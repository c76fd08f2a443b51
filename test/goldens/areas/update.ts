/**
 * What may become of an object that is stored: who is refused, field by field and in which words, and what counts as a new
 * generation. Two things that upstream prints are not compared: whole structures in the shape of its own memory, and the
 * difference between before and after that some sentences end with.
 */

import { isFault } from '../../../src/kernel/fault.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { defaultObject } from '../../../src/twin/api/default-object.ts'
import { isApiFault } from '../../../src/twin/api/status-error.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { area } from '../area.ts'
import { bareApi } from '../bare-api.ts'
import { changedObject, type Change } from '../changed-objects.ts'

interface Refusal {
  readonly code?: number
  readonly causes?: readonly { readonly field?: string; readonly reason?: string; readonly message: string }[]
}

export const update = area<Change>({
  name: 'update',
  questions: changedObject,
  count: 1_500,
  answer: ({ before, object }, minor) => answerOf(defaultObject(before, profileFor({ minor })), object, minor),
  agrees: (ours, upstream) => JSON.stringify(compared(ours as Refusal)) === JSON.stringify(compared(upstream as Refusal)),
})

/** Without it admission, which upstream's own code is not asked for here, would let no claim grow. */
const GROWING = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'disk.example.com', allowVolumeExpansion: true } as KubeObject

function answerOf(before: KubeObject, object: KubeObject, minor: number): object {
  try {
    return { generation: bareApi(minor, [before, GROWING]).update(object).metadata.generation }
  } catch (error) {
    if (!isFault(error) || !isApiFault(error)) throw error
    const causes = error.kubeStatus.details?.causes ?? []
    return { code: error.kubeStatus.code, causes: causes.map(({ field, reason, message }) => ({ field, reason, message: inShort(message) })) }
  }
}

function inShort(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/^Invalid value: [[{].*[\]}]: /, 'Invalid value: ')
}

/** Maps of labels are walked in any order by Go. */
function compared({ causes, ...rest }: Refusal): object {
  if (causes === undefined) return rest
  const lines = causes.map(({ field, reason, message }) => `${field} ${reason} ${message}`)
  return { ...rest, causes: lines.sort() }
}
