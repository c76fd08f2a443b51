/**
 * `boyd scan`: the static face of everything we know, over files or over a cluster. Reads, runs the rules, looks up the lines of
 * what was found, and concludes. Nothing is changed, and nothing is fetched over the network but from a cluster that is named.
 */

import { addDefaults } from '../../adapters/manifests/add-defaults.ts'
import { clusterVersionOf } from '../../adapters/manifests/folder-facts.ts'
import { readSet } from '../../adapters/sources/read-set.ts'
import { audits } from '../../hazards/audits.ts'
import { hazards } from '../../hazards/registry.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { takeSnapshot } from '../../loop/take-snapshot.ts'
import type { AuditView, ScanSite } from '../../model/audit.ts'
import type { Card } from '../../model/hazard.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type ClusterVersion } from '../../model/snapshot.ts'
import { createView } from '../../model/view.ts'
import { conclude } from '../../scan/conclude.ts'
import { ownCards } from '../../scan/own-cards.ts'
import { hasStaticFace, runRules, type RuleRun, type ScanRule } from '../../scan/run-rules.ts'
import type { Coverage, ScanReport } from '../../scan/scan-report.ts'
import type { FileSuppression } from '../../scan/suppression-file.ts'
import { invalidFields } from './scan-fields.ts'
import { originsOf, placeFindings, problemsIn, type Origins } from './scan-places.ts'

/** All rules of a scan, sorted. */
export const scanRules: readonly ScanRule[] = [...hazards, ...audits].filter(hasStaticFace).sort((left, right) => (left.id < right.id ? -1 : 1))

/** Their cards, and those of what the scan itself may say. */
export const scanCards: ReadonlyMap<string, Card> = new Map([...scanRules, ...ownCards].map((card) => [card.id, card]))

export interface ScanSettings {
  readonly version: string
  readonly nowMs: number
  /** Which Kubernetes the manifests are for; default: what a cluster says, else the newest we know. */
  readonly target?: ClusterVersion
  readonly suppressions: readonly FileSuppression[]
  readonly baseline: ReadonlySet<string>
  /** What the settings say of the site; `NO_SITE` where nothing does. */
  readonly site: ScanSite
}

export interface FileScan extends ScanSettings {
  readonly paths: readonly string[]
  readonly here: string
  /** The paths hold all objects of a cluster. */
  readonly complete: boolean
  readonly helmValues: readonly string[]
  readonly cacheFolder?: string
  readonly threads: number
}

/** Fault `not-found` for a path that names nothing, `invalid` when nothing of what was named is something we read. */
export async function scanFiles(input: FileScan): Promise<ScanReport> {
  const set = await readSet(input)
  const objects = addDefaults(set.files.flatMap((file) => file.objects.map(({ value }) => value)))
  const origins = originsOf(set.files, objects)
  const others = set.files.flatMap((file) => file.others.map(({ value }) => value))
  const problems = problemsIn(set.files)
  if (objects.length + others.length + problems.length === 0) throw nothingRead(input.paths, set.notRead[0])
  const view: AuditView = {
    cluster: viewOf(objects, input),
    dockerfiles: others.filter((other) => other.type === 'dockerfile'),
    terraform: others.filter((other) => other.type === 'terraform'),
    toolServers: others.filter((other) => other.type === 'tool-server'),
    agents: others.filter((other) => other.type === 'agent-settings'),
    pipelines: others.filter((other) => other.type === 'pipeline'),
    chartValues: others.filter((other) => other.type === 'chart-values'),
    partsLists: others.filter((other) => other.type === 'parts-list'),
    site: input.site,
    complete: input.complete,
    nowMs: input.nowMs,
  }
  const run = runRules(view, scanRules)
  const findings = await placeFindings([...run.findings, ...invalidFields(objects), ...problems], origins)
  return conclude({ ...input, findings, cards: scanCards, coverage: coverageOf(view, run, { files: set.files.length, unrelated: set.files.filter((file) => file.unrelated).length, notRead: set.notRead }) })
}

export interface ClusterScan extends ScanSettings {
  readonly kubeconfigFile?: string
  readonly context?: string
  readonly clock: Clock
  readonly log: Log
}

/** Objects as they run. Faults of the cluster are passed on; a kind that could not be listed is in the coverage. */
export async function scanCluster(input: ClusterScan): Promise<ScanReport> {
  const { kubeconfigFile, context, clock, log } = input
  // The client of Kubernetes takes as long to load as a thousand files take to scan.
  const { connectKubernetes } = await import('../../adapters/kubernetes/cluster.ts')
  const cluster = await connectKubernetes({ clock, log, ...(kubeconfigFile === undefined ? {} : { kubeconfigFile }), ...(context === undefined ? {} : { context }) })
  const snapshot = await takeSnapshot({ cluster, clock })
  const view: AuditView = { cluster: createView(input.target === undefined ? snapshot : { ...snapshot, clusterVersion: input.target }), dockerfiles: [], terraform: [], toolServers: [], agents: [], pipelines: [], chartValues: [], partsLists: [], site: input.site, complete: true, nowMs: input.nowMs }
  const run = runRules(view, scanRules)
  const noFiles: Origins = new Map()
  const findings = await placeFindings(run.findings, noFiles)
  const notRead = snapshot.notes.map(({ source, message }) => ({ source, why: message }))
  return conclude({ ...input, findings, cards: scanCards, coverage: coverageOf(view, run, { files: 0, unrelated: 0, notRead }) })
}

function viewOf(objects: readonly KubeObject[], { nowMs, target }: ScanSettings) {
  return createView(createSnapshot({ takenAtMs: nowMs, clusterVersion: target ?? clusterVersionOf(objects), clusterId: 'scan', resourceVersion: '', objects, logs: [], notes: [] }))
}

function coverageOf(view: AuditView, run: RuleRun, files: Pick<Coverage, 'files' | 'unrelated' | 'notRead'>): Coverage {
  const counts = { 'Kubernetes objects': view.cluster.snapshot.objects.length, Dockerfiles: view.dockerfiles.length, 'Terraform blocks': view.terraform.length, 'MCP servers': view.toolServers.length, 'agent settings': view.agents.length, pipelines: view.pipelines.length, 'chart values': view.chartValues.length, 'bills of materials': view.partsLists.length }
  return { read: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), ...files, rules: scanRules.length, failedRules: run.failed }
}

function nothingRead(paths: readonly string[], first: Coverage['notRead'][number] | undefined): Error {
  return fault({
    code: 'invalid',
    operation: 'scan',
    subject: paths.join(' '),
    message: first === undefined ? 'nothing there is something that a rule reads' : `nothing was read: ${first.source} is ${first.why}`,
    hint: first?.hint ?? 'Name a folder with manifests, Dockerfiles, Terraform, or configuration of MCP clients and agents.',
  })
}
