import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { killedWithoutGrace } from './killed-without-grace.ts'

const of = (terminationGracePeriodSeconds?: number, kind?: string) => [workload(oneContainer({}, { terminationGracePeriodSeconds }), kind === undefined ? {} : { kind })]

test.each([
  { name: 'none', objects: of(0), want: [4] },
  { name: 'a StatefulSet', objects: of(0, 'StatefulSet'), want: [2] },
  { name: 'good', objects: of(), want: [] },
  { name: 'look-alike: a short time', objects: of(5), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(killedWithoutGrace, { objects }).map(({ severity }) => severity)).toEqual(want))
