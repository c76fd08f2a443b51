/**
 * An image is pulled from a place that was closed. Before anything fails it is a risk; when a pull fails there, the
 * dated fact is the cause and no tag is to be looked for.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { objectEvidence } from '../../model/evidence.ts'
import { ANY_TEMPLATE, type Finding, type Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import { workloadsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { auditImages } from '../shared/audit-images.ts'
import { troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { waysBack } from '../shared/ways-back.ts'
import { retirementOf, type Retirement } from './catalogue.ts'

const ID = 'retired-registry'

function detect(view: View): Finding[] {
  return workloadsOf(view).flatMap((workload) =>
    containersOf(podTemplateOf(workload)).flatMap((container) => {
      const retired = retirementOf(container.image ?? '')
      return retired === undefined || view.nowMs < Date.parse(retired.since) ? [] : [findingFrom(view, { workload, container: container.name, image: container.image ?? '', retired })]
    }),
  )
}

interface Seen {
  readonly workload: KubeObject
  readonly container: string
  readonly image: string
  readonly retired: Retirement
}

function findingFrom(view: View, { workload, container, image, retired }: Seen): Finding {
  const failing = troubledContainers(view).filter((trouble) => trouble.workload === workload && trouble.name === container && isPull(trouble))
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(failing),
    summary: `image ${image} of container ${container} in ${subjectText(subjectOf(workload))} comes from a place that was closed: ${retired.what} (${retired.since}); ${retired.instead}`,
    evidence: [objectEvidence(workload, 'spec', `container ${container} runs ${image}`), ...failing.slice(0, 2).map((trouble) => objectEvidence(trouble.pod, `${trouble.path}.state.waiting`, `it waits: ${trouble.waiting?.reason ?? ''} ${trouble.waiting?.message.slice(0, 200) ?? ''}`))],
    confidence: failing.length > 0 ? 0.97 : 0.5,
    sinceMs: earliest(failing),
    explains: ['bad-image', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'failed-job', 'container-exits'],
    facts: { container, source: retired.source.url },
  })
}

/** Before the day it is a date to keep, after it a pull that will fail. */
function audit(view: AuditView): AuditFinding[] {
  return auditImages(view, (image) => {
    const retired = retirementOf(image)
    if (retired === undefined) return undefined
    const over = view.nowMs >= Date.parse(retired.since)
    return { says: `${retired.what} (${over ? 'since' : 'from'} ${retired.since})`, advice: `${retired.instead}.`, cause: retired.what, severity: over ? 2 : 4 }
  })
}

function isPull({ waiting }: ContainerTrouble): boolean {
  return /^(ErrImagePull|ImagePullBackOff|ImageInspectError)$/.test(waiting?.reason ?? '')
}

/** Back only to an image that is still served. */
function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  const container = String(finding.facts['container'])
  if (workload === undefined || finding.symptoms.length === 0) return []
  return waysBack({ hazard: ID, view, workload, differs: (earlier) => { const image = containerNamed(earlier, container)?.image; return image !== undefined && retirementOf(image) === undefined }, what: () => `moved ${container} to a place that was closed` })
}

export const retiredRegistry: Hazard = {
  id: ID,
  title: 'An image comes from a place that was closed',
  severity: 3,
  family: 'time-bombs',
  appliesTo: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job', 'batch/CronJob', '/Pod', 'docker/File', 'chart/Values', ANY_TEMPLATE],
  faces: ['live', 'static'],
  detect,
  audit,
  fixes,
  handOver: (finding) => `${finding.summary}. Moving a database image to another maker needs its owners; see ${String(finding.facts['source'])}.`,
  lookAlikes: ['a mirror of one\'s own that keeps such images', 'a tag that never existed', 'a registry that is down for an hour', 'an image that an announcement names and that is still served'],
  prevention: 'Keep a mirror of what production needs, and follow the announcements of registries.',
  sources: [
    { title: 'k8s.gcr.io image registry will be frozen from the 3rd of April 2023', url: 'https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/' },
    { title: 'Upcoming changes to the Bitnami catalog', url: 'https://github.com/bitnami/charts/issues/35164' },
  ],
  reviewBy: '2027-01-31',
}
