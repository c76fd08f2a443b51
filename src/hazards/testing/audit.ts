/** The one way tables look at a static face: a line for each finding, with the subject and the field. */

import type { AgentSettings, AuditFinding, AuditView, Dockerfile, TerraformBlock, ToolServer } from '../../model/audit.ts'
import type { AuditRule, Hazard } from '../../model/hazard.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { NOW_MS, viewOf } from './cluster.ts'

export interface AuditParts {
  readonly objects?: readonly (KubeObject | readonly KubeObject[])[]
  readonly dockerfiles?: readonly Dockerfile[]
  readonly terraform?: readonly TerraformBlock[]
  readonly toolServers?: readonly ToolServer[]
  readonly agents?: readonly AgentSettings[]
  readonly complete?: boolean
  /** RFC 3339. */
  readonly now?: string
}

export function auditViewOf(parts: AuditParts): AuditView {
  const { objects = [], dockerfiles = [], terraform = [], toolServers = [], agents = [], complete = false, now } = parts
  return { cluster: viewOf(objects), dockerfiles, terraform, toolServers, agents, complete, nowMs: now === undefined ? NOW_MS : Date.parse(now) }
}

export function findingsOf(rule: AuditRule | Hazard, parts: AuditParts): readonly AuditFinding[] {
  return rule.audit?.(auditViewOf(parts)) ?? []
}
