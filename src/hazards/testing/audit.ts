/** The one way tables look at a static face: a line for each finding, with the field. */

import { NO_SITE, type AgentSettings, type AuditFinding, type AuditView, type ChartValues, type Dockerfile, type PartsList, type Pipeline, type ScanSite, type TerraformBlock, type ToolServer } from '../../model/audit.ts'
import type { AuditRule, Hazard } from '../../model/hazard.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createView } from '../../model/view.ts'
import { NOW_MS, object, viewAsWritten, viewOf } from './cluster.ts'

export interface AuditParts {
  readonly objects?: readonly (KubeObject | readonly KubeObject[])[]
  readonly dockerfiles?: readonly Dockerfile[]
  readonly terraform?: readonly TerraformBlock[]
  readonly toolServers?: readonly ToolServer[]
  readonly agents?: readonly AgentSettings[]
  readonly pipelines?: readonly Pipeline[]
  readonly chartValues?: readonly ChartValues[]
  readonly partsLists?: readonly PartsList[]
  readonly site?: Partial<ScanSite>
  readonly complete?: boolean
  /** The objects come from a cluster, and so through redaction; absent: from files. */
  readonly redacted?: boolean
  /** RFC 3339. */
  readonly now?: string
  /** Minor version of Kubernetes 1. */
  readonly minor?: number
}

function auditViewOf(parts: AuditParts): AuditView {
  const { objects = [], dockerfiles = [], terraform = [], toolServers = [], agents = [], pipelines = [], chartValues = [], partsLists = [], site = {}, complete = false, redacted = false, now, minor } = parts
  const view = redacted ? viewOf(objects) : viewAsWritten(objects)
  const cluster = minor === undefined ? view : createView({ ...view.snapshot, clusterVersion: { major: 1, minor, gitVersion: `v1.${minor}.0` } })
  return { cluster, dockerfiles, terraform, toolServers, agents, pipelines, chartValues, partsLists, site: { ...NO_SITE, ...site }, complete, nowMs: now === undefined ? NOW_MS : Date.parse(now) }
}

export function findingsOf(rule: AuditRule | Hazard, parts: AuditParts): readonly AuditFinding[] {
  return rule.audit?.(auditViewOf(parts)) ?? []
}

/** `Deployment web spec.replicas` for each finding. */
export function fieldsFound(rule: AuditRule | Hazard, parts: AuditParts): string[] {
  return findingsOf(rule, parts).map(({ of, path }) => `${'metadata' in of ? `${(of as KubeObject).kind} ${(of as KubeObject).metadata.name ?? ''} ` : ''}${path.join('.')}`.trim())
}

/** A workload as it is written, before anything runs. Its pods carry `app: NAME`. */
export function workload(spec: object, options: { readonly kind?: string; readonly name?: string; readonly replicas?: number; readonly labels?: Record<string, string>; readonly fields?: object; readonly namespace?: string; readonly annotations?: Record<string, string> } = {}): KubeObject {
  const { kind = 'Deployment', name = 'web', replicas, labels = {}, fields = {}, namespace = 'shop', annotations } = options
  const template = { metadata: { labels: { app: name, ...labels }, ...(annotations === undefined ? {} : { annotations }) }, spec }
  const wrapped = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : kind === 'Pod' ? spec : { template, ...(replicas === undefined ? {} : { replicas }) }
  const apiVersion = kind === 'Pod' ? 'v1' : kind.endsWith('Job') ? 'batch/v1' : 'apps/v1'
  return object(apiVersion, kind, name, { metadata: { namespace, ...(kind === 'Pod' ? { labels: { app: name, ...labels } } : {}) }, spec: { ...wrapped, ...fields } })
}

/** A pod spec with one container. */
export function oneContainer(container: object = {}, spec: object = {}): object {
  return { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec }
}
