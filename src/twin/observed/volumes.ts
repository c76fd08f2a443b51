/**
 * How long disks take to be attached, from pods that had to wait for one, and whether a lost node's disks are taken away
 * by force. How long detaching takes is written nowhere: it is assumed, and said.
 */

import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, isPod, podTemplateOf } from '../../model/kube/workload.ts'
import { parseWorld, type World } from '../../model/world.ts'
import { ATTACHMENT_KIND, attachableOf, type AttachmentObject, type VolumeObject } from '../controllers/volume/attachable.ts'
import { median } from './median.ts'
import type { Observation, Sight } from './observation.ts'

/** Longer waits were for another node to let go. */
const PLAUSIBLE_SECONDS_MAX = 120
const NEVER_BY_FORCE = /^--disable-force-detach-on-timeout(=true)?$/

export interface VolumesSeen {
  readonly volumes: World['volumes']
  readonly assumptions: readonly string[]
}

export function volumesSeen(sight: Sight): VolumesSeen {
  const { volumes: unseen } = parseWorld({})
  if (!sight.objects.some((object) => object.kind === 'PersistentVolume' && attachableOf(object as VolumeObject, sight.lookup) !== undefined)) return { volumes: unseen, assumptions: [] }
  const waits = attachWaits(sight.observations)
  const attachSeconds = median(waits) ?? unseen.attachSeconds
  const forcedDetach = !sight.objects.some(neverByForce)
  const seen = waits.length === 0 ? `assumed to take ${attachSeconds} s, since no attaching was seen,` : `taken to need ${attachSeconds} s, the median of ${waits.length} seen in events,`
  return {
    volumes: { ...unseen, attachSeconds, forcedDetach },
    assumptions: [
      `Attaching a volume to a node is ${seen} and detaching it is assumed to take ${unseen.detachSeconds} s.`,
      ...(forcedDetach ? [] : ['The controller manager runs with --disable-force-detach-on-timeout: volumes of a node that does not answer stay there.']),
      ...failures(sight.objects),
    ],
  }
}

/** From the pod's node to its volume's arrival, where nothing stood in the way. */
function attachWaits(observations: readonly Observation[]): number[] {
  const byPod = new Map(observations.map(({ pod, events }) => [pod.metadata.uid ?? '', events]))
  return [...byPod.values()].flatMap((events) => {
    const placedMs = events.find(({ reason }) => reason === 'Scheduled')?.atMs
    const attachedMs = events.find(({ reason }) => reason === 'SuccessfulAttachVolume')?.atMs
    if (placedMs === undefined || attachedMs === undefined || events.some(({ reason }) => reason === 'FailedAttachVolume')) return []
    const seconds = (attachedMs - placedMs) / 1000
    return seconds < 0 || seconds > PLAUSIBLE_SECONDS_MAX ? [] : [seconds]
  })
}

function neverByForce(object: KubeObject): boolean {
  return isPod(object) && containersOf(podTemplateOf(object)).some(({ command = [], args = [] }) => [...command, ...args].some((argument) => NEVER_BY_FORCE.test(argument)))
}

function failures(objects: readonly KubeObject[]): string[] {
  return objects.filter(({ apiVersion, kind }) => `${apiVersion.split('/')[0] ?? ''}/${kind}` === ATTACHMENT_KIND).flatMap((object) => {
    const { status, spec } = object as AttachmentObject
    const error = status?.attachError ?? status?.detachError
    return error === undefined ? [] : [`${subjectText(subjectOf(object))} on node ${spec.nodeName} fails (${(error.message ?? '').slice(0, 160)}) and is assumed to go on failing.`]
  })
}
