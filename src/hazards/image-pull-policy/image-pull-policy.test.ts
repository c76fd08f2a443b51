import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { imagePullPolicy } from './image-pull-policy.ts'

const of = (image: string, imagePullPolicy?: string) => [workload(oneContainer({ image, imagePullPolicy }))]

test.each([
  { name: 'a moving tag', objects: of('web:latest', 'IfNotPresent'), want: ['a moving tag that is looked at once'] },
  { name: 'never', objects: of('web:1.2', 'Never'), want: ['Never'] },
  { name: 'good', objects: of('web:1.2', 'IfNotPresent'), want: [] },
  { name: 'look-alike: nothing is said', objects: of('web'), want: [] },
  { name: 'look-alike: a digest', objects: of(`web:latest@sha256:${'ab'.repeat(32)}`, 'IfNotPresent'), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(imagePullPolicy, { objects }).map(({ cause }) => cause)).toEqual(want))
