import { expect, test } from 'vitest'
import { limitRangeErrors } from './validate-limits.ts'

test.each<[string, object, readonly string[]]>([
  ['bounds and fillings that fit', { type: 'Container', min: { cpu: '50m' }, defaultRequest: { cpu: '100m' }, default: { cpu: '200m' }, max: { cpu: '1' } }, []],
  ['a request below the least', { type: 'Container', min: { cpu: '50m' }, defaultRequest: { cpu: '10m' } }, ['spec.limits[0].defaultRequest[cpu]: Invalid value: "10m": min value 50m is greater than default request value 10m']],
  ['the least above the most', { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }, ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1']],
  ['a limit above the most', { type: 'Container', default: { memory: '2Gi' }, max: { memory: '1Gi' } }, ['spec.limits[0].default[memory]: Invalid value: "1Gi": default value 2Gi is greater than max value 1Gi']],
  ['a whole pod is filled with nothing', { type: 'Pod', default: { cpu: '1' } }, ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"]],
  ['a claim without a bound', { type: 'PersistentVolumeClaim', min: { cpu: '1' } }, ['spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided']],
  ['a type that is none', { type: 'Node' }, ['spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified']],
  ['a ratio that the bounds rule out', { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }, ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000']],
])('%s', (_name, limit, expected) => {
  const errors = limitRangeErrors({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'range' }, spec: { limits: [limit] } })
  expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(expected)
})
