import { expect, test } from 'vitest'
import { fieldsFound } from '../testing/audit.ts'
import { clusterObject } from '../testing/cluster.ts'
import { namespaceWithoutPodSecurity } from './namespace-without-pod-security.ts'

const namespace = (name: string, labels: Record<string, string> = {}) => clusterObject('v1', 'Namespace', name, { metadata: { labels } })
const enforce = (level: string) => ({ 'pod-security.kubernetes.io/enforce': level })

test.each([
  { name: 'nothing', objects: [namespace('shop')], want: ['Namespace shop metadata'] },
  { name: 'privileged', objects: [namespace('shop', enforce('privileged'))], want: ['Namespace shop metadata.labels.pod-security.kubernetes.io/enforce'] },
  { name: 'good', objects: [namespace('shop', enforce('restricted'))], want: [] },
  { name: 'look-alike: of Kubernetes itself', objects: [namespace('kube-system')], want: [] },
  { name: 'look-alike: other admission', objects: [namespace('shop'), clusterObject('kyverno.io/v1', 'ClusterPolicy', 'p')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(namespaceWithoutPodSecurity, { objects })).toEqual(want))
