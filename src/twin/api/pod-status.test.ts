import { expect, test } from 'vitest'
import { qosClass } from './pod-status.ts'

const some = { cpu: '1', memory: '1Gi' }
const container = (resources?: object): object => ({ name: 'main', ...(resources === undefined ? {} : { resources }) })

test.each([
  ['nothing is stated', { containers: [container()] }, 'BestEffort'],
  ['nothing but zeroes is stated', { containers: [container({ requests: { cpu: '0' } })] }, 'BestEffort'],
  ['only what is counted apart is stated', { containers: [container({ requests: { 'example.com/gpu': '1' } })] }, 'BestEffort'],
  ['one asks', { containers: [container({ requests: { cpu: '1' } })] }, 'Burstable'],
  ['all ask for what they may have', { containers: [container({ requests: some, limits: some })] }, 'Guaranteed'],
  ['an init container does not', { containers: [container({ requests: some, limits: some })], initContainers: [container()] }, 'Burstable'],
  ['the pod asks', { containers: [container()], resources: { requests: some } }, 'Burstable'],
  ['the pod asks for what it may have', { containers: [container({ requests: { cpu: '1' } })], resources: { requests: some, limits: some } }, 'Guaranteed'],
  ['the pod states nothing, whatever its containers do', { containers: [container({ requests: some, limits: some })], resources: {} }, 'BestEffort'],
])('%s', (_, spec, expected) => {
  expect(qosClass(spec as never)).toBe(expected)
})
