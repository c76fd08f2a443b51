/** Objects, plans and rehearsals that the tests of the gate start from. */

import { join } from 'node:path'
import type { Approval, Vote } from '../model/approval.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { planHash, type Action, type Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { createView, type View } from '../model/view.ts'
import type { GateFacts } from '../ports/gate-facts.ts'
import { cedarRequest, type CedarRequest, type ChangeContext, type ResourceFacts } from './cedar-request.ts'

export const POLICIES_FOLDER = join(import.meta.dirname, '../../policies')
export const NOW_MS = Date.UTC(2026, 5, 1, 3, 0, 0)

export function podNamed(name: string, options: { readonly namespace?: string; readonly node?: string; readonly owner?: string; readonly emptyDir?: true } = {}): KubeObject {
  const { namespace = 'shop', node = 'worker-1', owner = 'cart' } = options
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      labels: { app: owner },
      ...(owner === '' ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: `uid-${owner}`, controller: true }] }),
    },
    spec: { nodeName: node, ...(options.emptyDir === true ? { volumes: [{ name: 'tmp', emptyDir: {} }] } : {}) },
    status: { phase: 'Running' },
  }
}

export function workload(kind: string, name: string, namespace = 'shop', replicas = 3): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace, uid: `uid-${name}`, generation: 1 }, spec: { replicas, template: { spec: {} } } }
}

export function nodeNamed(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: `uid-${name}`, labels, resourceVersion: '1' }, spec: {}, status: {} }
}

export const OBJECTS: readonly KubeObject[] = [
  nodeNamed('worker-1'),
  nodeNamed('worker-2'),
  nodeNamed('worker-3'),
  nodeNamed('control-1', { 'node-role.kubernetes.io/control-plane': '' }),
  workload('StatefulSet', 'cart'),
  workload('Deployment', 'web'),
  workload('Deployment', 'coredns', 'kube-system'),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop', uid: 'uid-settings' }, data: { a: '1' } },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: {} },
  { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'thing', namespace: 'shop' } },
  podNamed('cart-0'),
  podNamed('cart-1', { node: 'worker-2' }),
  podNamed('cart-2', { node: 'worker-3' }),
]

export function viewOf(objects: readonly KubeObject[] = OBJECTS): View {
  return createView(
    createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] }),
  )
}

export function planOf(actions: readonly Action[], parts: Partial<Plan> = {}): Plan {
  return {
    kind: 'plan',
    id: 'plan',
    goal: 'get the shop back',
    hazard: 'h',
    subject: { kind: 'StatefulSet', namespace: 'shop', name: 'cart' },
    steps: actions.map((action, index) => ({ id: `${index + 1}`, action, reason: 'r', preconditions: [] })),
    proof: [],
    risk: 'none',
    expectedEffect: 'e',
    needsInput: [],
    rationale: 'r',
    values: 'observed',
    ...parts,
  }
}

export function rehearsalOf(plan: Plan, parts: Partial<Rehearsal> = {}): Rehearsal {
  return {
    kind: 'rehearsal',
    id: 'reh-1',
    planId: plan.id,
    planHash: planHash(plan),
    snapshotDigest: 'sha256:s',
    rehearsedAtMs: NOW_MS - 60_000,
    versionProfile: '1.36',
    runs: [],
    passed: true,
    worst: [],
    summary: '5 of 5 runs reach the proof',
    assumptions: [],
    notModelled: [],
    confidence: 1,
    ...parts,
  }
}

export function voteOf(by: string, parts: Partial<Vote> = {}): Vote {
  return { by, name: by, teams: [], authentication: { method: 'session', atMs: NOW_MS }, proof: { kid: '', sig: '' }, decision: 'approve', reason: '', atMs: NOW_MS, door: 'cli', ...parts }
}

export function approvalOf(plan: Plan, parts: Partial<Approval> = {}): Approval {
  return {
    kind: 'approval',
    id: 'apr-1',
    missionId: 'mis-1',
    incidentId: 'inc-1',
    planId: plan.id,
    planHash: planHash(plan),
    rehearsalId: 'reh-1',
    targetVersions: {},
    requestedBy: 'boyd',
    approvalsNeeded: 1,
    distinctTeams: 1,
    breakGlass: false,
    state: 'pending',
    votes: [],
    asked: { severity: 2, blast: { pods: 0, podPct: 0, namespaces: 0, nodes: 0, nodePct: 0 }, agentVersion: '1' },
    messages: [],
    requestedAtMs: NOW_MS - 1_000,
    expiresAtMs: NOW_MS + 600_000,
    shownDigest: '',
    shown: '',
    ...parts,
  }
}

/** A world in which nothing stands against a change. */
export function calmFacts(parts: Partial<GateFacts> = {}): GateFacts {
  return {
    errorBudget: () => Promise.resolve({ type: 'untracked' }),
    playbook: () => Promise.resolve({ level: 'auto', recentFailures: 0, detail: 'it has not failed' }),
    ...parts,
  }
}

const CONTEXT: ChangeContext = {
  planHash: 'p',
  rehearsal: { passed: true, planHash: 'p', ageSec: 60, confidencePct: 100 },
  approvals: { count: 0, teams: 0, requesterIncluded: false },
  blast: { pods: 3, podPct: 5, namespaces: 1, nodes: 0, nodePct: 0 },
  errorBudget: { tracked: true, known: true, leftPct: 42 },
  playbook: { level: 'auto', recentFailures: 0 },
  target: { environment: 'production', production: true, tier: '1', dataClass: 'internal', managedBy: 'none', gitOps: false },
  preconditions: [],
  taint: [],
  dataLoss: false,
  reversible: true,
  assumedValues: false,
  freeze: false,
  breakGlass: false,
  killSwitch: false,
  localHour: 3,
  weekday: 1,
  businessHours: false,
  holiday: false,
}

export function requestOf(parts: { readonly action?: string; readonly resource?: ResourceFacts; readonly role?: string; readonly context?: Partial<ChangeContext> } = {}): CedarRequest {
  return cedarRequest({
    agent: { id: 'boyd', role: parts.role ?? 'operator' },
    action: parts.action ?? 'restart',
    resource: parts.resource ?? { type: 'Workload', kind: 'Deployment', namespace: 'shop', name: 'web' },
    cluster: { id: 'c', environment: 'production' },
    systemNamespaces: ['kube-system', 'vault'],
    context: { ...CONTEXT, ...parts.context },
  })
}
