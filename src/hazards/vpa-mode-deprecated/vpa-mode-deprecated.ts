/** A vertical autoscaler in mode Auto, which is deprecated, or one that pulls at the same resource as a horizontal one. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

interface VpaSpec {
  readonly targetRef?: { readonly kind?: string; readonly name?: string }
  readonly updatePolicy?: { readonly updateMode?: string }
  readonly resourcePolicy?: { readonly containerPolicies?: readonly { readonly controlledResources?: readonly string[] }[] }
}

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('autoscaling.k8s.io', 'VerticalPodAutoscaler').flatMap((vpa) => {
    const spec = (vpa['spec'] ?? {}) as VpaSpec
    return [...modeFault(vpa, spec), ...cluster.list('autoscaling', 'HorizontalPodAutoscaler', vpa.metadata.namespace).flatMap((hpa) => fight(vpa, spec, hpa))]
  })
}

function modeFault(vpa: KubeObject, { updatePolicy }: VpaSpec): AuditFinding[] {
  const said = updatePolicy?.updateMode
  if (said !== undefined && said !== 'Auto') return []
  return [{ of: vpa, path: said === undefined ? ['spec'] : ['spec', 'updatePolicy', 'updateMode'], summary: `${subjectText(subjectOf(vpa))} is in mode Auto${said === undefined ? ', because it names none' : ''}, which is deprecated`, advice: 'Say what is meant: Recreate, InPlaceOrRecreate, or Initial; Off only recommends.', cause: 'mode Auto', severity: said === undefined ? 5 : 4 }]
}

function fight(vpa: KubeObject, { targetRef, updatePolicy, resourcePolicy }: VpaSpec, hpa: KubeObject): AuditFinding[] {
  const { scaleTargetRef: target, metrics, targetCPUUtilizationPercentage: cpu } = (hpa['spec'] ?? {}) as { scaleTargetRef?: VpaSpec['targetRef']; metrics?: readonly { resource?: { name?: string } }[]; targetCPUUtilizationPercentage?: number }
  if (target?.kind !== targetRef?.kind || target?.name !== targetRef?.name || updatePolicy?.updateMode === 'Off') return []
  const scaled = [...(metrics ?? []).map(({ resource }) => resource?.name), ...(cpu !== undefined || metrics === undefined ? ['cpu'] : [])]
  const controlled = resourcePolicy?.containerPolicies?.flatMap((policy) => policy.controlledResources ?? ['cpu', 'memory']) ?? ['cpu', 'memory']
  const both = ['cpu', 'memory'].filter((name) => scaled.includes(name) && controlled.includes(name))
  return both.length === 0 ? [] : [{ of: vpa, path: ['spec', 'targetRef'], summary: `${subjectText(subjectOf(vpa))} sets the ${both.join(' and ')} that ${subjectText(subjectOf(hpa))} scales by`, advice: `Let the vertical one control other resources (controlledResources), or scale by something else.`, cause: 'two autoscalers on one resource', severity: 2 }]
}

export const vpaModeDeprecated: AuditRule = {
  id: 'vpa-mode-deprecated',
  title: 'A vertical autoscaler that is out of date or at odds with another',
  severity: 3,
  appliesTo: ['autoscaling.k8s.io/VerticalPodAutoscaler'],
  audit,
  lookAlikes: ['a mode that only recommends', 'the two on different resources or targets'],
  prevention: 'Name the mode, and give each autoscaler a resource of its own.',
  sources: [{ title: 'Vertical Pod Autoscaler: update modes', url: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/vertical-pod-autoscale/' }],
  reviewBy: '2027-03-31',
}
