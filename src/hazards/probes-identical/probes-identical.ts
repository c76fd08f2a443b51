/** Liveness asks the same question as readiness with no more patience, so a pod that is merely busy is killed in place of being left alone. */

import type { Probe } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { livenessProbe, readinessProbe } = item.container
    if (livenessProbe === undefined || readinessProbe === undefined || !jsonEqual(question(livenessProbe), question(readinessProbe)) || patience(livenessProbe) > patience(readinessProbe)) return []
    return [{ path: [...item.path, 'livenessProbe'], summary: `${containerText(item)} is killed by the very probe that says it should rest`, advice: 'Let liveness ask less (is the process stuck?), or give it a higher failureThreshold than readiness.' }]
  })
}

function question({ httpGet, tcpSocket, grpc, exec }: Probe): object {
  return { httpGet, tcpSocket, grpc, exec }
}

/** Seconds of failure before it has an effect. */
function patience({ periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return periodSeconds * failureThreshold
}

export const probesIdentical: AuditRule = {
  id: 'probes-identical',
  title: 'Liveness and readiness ask the same with the same patience',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['the same question with more patience for liveness', 'liveness on another path or port'],
  prevention: 'Readiness asks whether requests would be answered; liveness only whether a restart would help.',
  sources: [{ title: 'Liveness, readiness and startup probes', url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/' }],
  reviewBy: '2027-06-30',
}
