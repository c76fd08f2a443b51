import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { retiredField } from './retired-field.ts'

const ingress = object('networking.k8s.io/v1', 'Ingress', 'i', { metadata: { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }, spec: {} })
const noted = (key: string) => [workload(oneContainer(), { annotations: { [key]: 'x' } })]

test.each([
  { name: 'seccomp', objects: noted('seccomp.security.alpha.kubernetes.io/pod'), want: ['2 the annotation seccomp.security.alpha.kubernetes.io/pod'] },
  { name: 'AppArmor of a container', objects: noted('container.apparmor.security.beta.kubernetes.io/main'), want: ['5 the annotation container.apparmor.security.beta.kubernetes.io/'] },
  { name: 'labels of nodes', objects: [workload(oneContainer({}, { nodeSelector: { 'beta.kubernetes.io/os': 'linux' }, topologySpreadConstraints: [{ topologyKey: 'failure-domain.beta.kubernetes.io/zone' }] }))], want: [' the label beta.kubernetes.io/os', ' the label failure-domain.beta.kubernetes.io/zone'] },
  { name: 'an account and a volume', objects: [workload(oneContainer({}, { serviceAccount: 'a', volumes: [{ name: 'g', gitRepo: { repository: 'r' } }] }))], want: ['5 the field serviceAccount', '2 gitRepo'] },
  { name: 'a class', objects: [ingress], want: [' the annotation kubernetes.io/ingress.class'] },
  { name: 'good', objects: [workload(oneContainer({}, { serviceAccountName: 'a', nodeSelector: { 'kubernetes.io/os': 'linux' } }))], want: [] },
  { name: 'look-alike: both accounts', objects: [workload(oneContainer({}, { serviceAccountName: 'a', serviceAccount: 'a' }))], want: [] },
  { name: 'look-alike: a name that begins alike', objects: noted('seccomp.security.alpha.kubernetes.io/podium'), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(retiredField, { objects }).map(({ cause, severity }) => `${severity ?? ''} ${cause ?? ''}`)).toEqual(want))
