import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { dnsSettingsCostly } from './dns-settings-costly.ts'

test.each([
  { name: 'the network of the host', objects: [workload(oneContainer({}, { hostNetwork: true }))], want: ['no names of the cluster'] },
  { name: 'many dots', objects: [workload(oneContainer({}, { dnsConfig: { options: [{ name: 'ndots', value: '5' }] } }))], want: ['lookups that multiply'] },
  { name: 'good', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: it says so', objects: [workload(oneContainer({}, { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }))], want: [] },
  { name: 'look-alike: few dots', objects: [workload(oneContainer({}, { dnsConfig: { options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } }))], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(dnsSettingsCostly, { objects }).map(({ cause }) => cause)).toEqual(want))
