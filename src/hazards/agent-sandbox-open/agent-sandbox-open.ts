/** A sandbox for an agent's code that is none: no runtime class that isolates it, or a token for the API inside. */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'

const KINDS = ['Sandbox', 'SandboxTemplate']
const GROUPS = ['agents.x-k8s.io', 'extensions.agents.x-k8s.io']

function audit({ cluster }: AuditView): AuditFinding[] {
  return GROUPS.flatMap((group) => KINDS.flatMap((kind) => cluster.list(group, kind))).flatMap((sandbox) => {
    const spec = (sandbox['spec'] as { podTemplate?: { spec?: PodSpec } } | undefined)?.podTemplate?.spec
    if (spec === undefined) return []
    const path = ['spec', 'podTemplate', 'spec']
    const of = subjectText(subjectOf(sandbox))
    return [
      ...(spec.runtimeClassName === undefined ? [{ of: sandbox, path, summary: `${of} runs what an agent writes on the kernel of its node`, advice: 'runtimeClassName: gvisor or kata, whichever the nodes offer.', cause: 'no isolating runtime' }] : []),
      ...(spec.automountServiceAccountToken === false ? [] : [{ of: sandbox, path, summary: `${of} gives what an agent writes a token for the API`, advice: 'automountServiceAccountToken: false', cause: 'a token inside' }]),
    ]
  })
}

export const agentSandboxOpen: AuditRule = {
  id: 'agent-sandbox-open',
  title: 'A sandbox that does not hold',
  severity: 2,
  appliesTo: GROUPS.flatMap((group) => KINDS.map((kind) => `${group}/${kind}`)),
  audit,
  lookAlikes: ['a sandbox with a runtime class', 'an ordinary workload, for which the kernel of the node is the rule'],
  prevention: 'An isolating runtime, no token, no way out of the network for code that nobody has read.',
  sources: [
    { title: 'Runtime class', url: 'https://kubernetes.io/docs/concepts/containers/runtime-class/' },
    { title: 'agent-sandbox', url: 'https://github.com/kubernetes-sigs/agent-sandbox' },
  ],
  reviewBy: '2027-03-31',
}
