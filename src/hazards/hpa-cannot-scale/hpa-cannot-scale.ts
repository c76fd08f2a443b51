/** An autoscaler that cannot do its work: its target is gone, it has no metrics, or it has no requests to compare with. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, replicasOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'hpa-cannot-scale'

function detect(view: View): Finding[] {
  return view.list('autoscaling', 'HorizontalPodAutoscaler').flatMap((scaler) => {
    const target = (scaler['spec'] as { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } } | undefined)?.scaleTargetRef
    const found = view.get({ apiVersion: target?.apiVersion ?? 'apps/v1', kind: target?.kind ?? '', namespace: scaler.metadata.namespace ?? 'default', name: target?.name ?? '' })
    const broken = ['AbleToScale', 'ScalingActive'].map((type) => ({ type, condition: conditionOf(scaler, type) })).find(({ condition }) => condition?.status === 'False' && condition.reason !== 'ScalingDisabled')
    const gone = found === undefined && target?.kind !== undefined && view.list('apps', target.kind, scaler.metadata.namespace).length + Number(broken !== undefined) > 0
    if (!gone && broken === undefined) return []
    if (found !== undefined && replicasOf(found) === 0) return []
    return [findingFrom(scaler, { target: `${target?.kind ?? ''} ${target?.name ?? ''}`, gone, broken: broken?.condition })]
  })
}

interface Seen {
  readonly target: string
  readonly gone: boolean
  readonly broken: ReturnType<typeof conditionOf>
}

function findingFrom(scaler: KubeObject, { target, gone, broken }: Seen): Finding {
  const [kind = '', name = ''] = target.split(' ')
  const namespace = scaler.metadata.namespace ?? 'default'
  return findingOf({
    hazard: ID,
    subject: scaler,
    symptoms: [subjectOf(scaler), { kind, namespace, name }],
    summary: `${subjectText(subjectOf(scaler))} cannot scale: ${gone ? `its target ${target} does not exist` : `${broken?.reason ?? ''} ${broken?.message ?? ''}`.trim().slice(0, 240)}`,
    evidence: [...(broken === undefined ? [] : [objectEvidence(scaler, 'status.conditions', `${broken.type ?? ''} is False: ${broken.reason ?? ''} ${broken.message ?? ''}`)]), ...(gone ? [absenceEvidence({ kind, namespace, name })] : [])],
    confidence: 0.75,
    sinceMs: parseTimeMs(broken?.lastTransitionTime),
    facts: { gone, reason: broken?.reason ?? '' },
  })
}

export const hpaCannotScale: Hazard = {
  id: ID,
  title: 'An autoscaler cannot scale',
  severity: 3,
  family: 'control',
  appliesTo: ['autoscaling/HorizontalPodAutoscaler'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Give the target requests, the cluster a metrics source, or the autoscaler the right target; none of these values is recorded here.`,
  lookAlikes: ['an autoscaler that rests at its minimum or maximum', 'a target that is scaled to zero on purpose'],
  prevention: 'Require requests on whatever an autoscaler measures by utilisation.',
  sources: [{ title: 'Horizontal pod autoscaling', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/' }],
  reviewBy: '2027-06-30',
}
