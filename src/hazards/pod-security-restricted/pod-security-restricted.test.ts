import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { podSecurityRestricted } from './pod-security-restricted.ts'

const tight = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
const pod = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }
const lacks = (spec: object) => findingsOf(podSecurityRestricted, { objects: [workload(spec)] }).map(({ summary }) => summary.replace(/^.*it lacks /, ''))

test.each([
  { name: 'nothing is set', spec: oneContainer(), want: ['runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile'] },
  { name: 'as root', spec: oneContainer({ securityContext: { ...tight, runAsUser: 0 } }, pod), want: ['runAsUser other than 0'] },
  { name: 'the container takes back what the pod gives', spec: oneContainer({ securityContext: { ...tight, runAsNonRoot: false } }, pod), want: ['runAsNonRoot'] },
  { name: 'a capability comes back', spec: oneContainer({ securityContext: { ...tight, capabilities: { drop: ['ALL'], add: ['CHOWN'] } } }, pod), want: ['capabilities.drop: [ALL]'] },
  { name: 'good: the pod sets it for its containers', spec: oneContainer({ securityContext: tight }, pod), want: [] },
  { name: 'look-alike: a number', spec: oneContainer({ securityContext: { ...tight, runAsUser: 10001 } }, { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }), want: [] },
  { name: 'look-alike: Windows', spec: oneContainer({}, { os: { name: 'windows' } }), want: [] },
])('$name', ({ spec, want }) => expect(lacks(spec)).toEqual(want))
