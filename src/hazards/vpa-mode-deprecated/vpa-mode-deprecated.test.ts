import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { vpaModeDeprecated } from './vpa-mode-deprecated.ts'

const target = { kind: 'Deployment', name: 'web' }
const vpa = (updateMode: string, more: object = {}) => object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'v', { spec: { targetRef: target, updatePolicy: { updateMode }, ...more } })
const hpa = (name: string) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { kind: 'Deployment', name }, metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] } })
const memoryOnly = { resourcePolicy: { containerPolicies: [{ containerName: '*', controlledResources: ['memory'] }] } }

test.each([
  { name: 'Auto', objects: [vpa('Auto')], want: ['mode Auto'] },
  { name: 'both on CPU', objects: [vpa('Recreate'), hpa('web')], want: ['two autoscalers on one resource'] },
  { name: 'good', objects: [vpa('InPlaceOrRecreate')], want: [] },
  { name: 'look-alike: it only recommends', objects: [vpa('Off'), hpa('web')], want: [] },
  { name: 'look-alike: another resource', objects: [vpa('Recreate', memoryOnly), hpa('web')], want: [] },
  { name: 'look-alike: another target', objects: [vpa('Recreate'), hpa('api')], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(vpaModeDeprecated, { objects }).map(({ cause }) => cause)).toEqual(want))

test('the wrong advice is not repeated: Auto is never recommended', () => {
  expect(findingsOf(vpaModeDeprecated, { objects: [vpa('Auto')] })[0]?.advice).not.toMatch(/\bAuto\b/)
})
