import { expect, test } from 'vitest'
import { fieldsFound } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { alertOnRetiredMetric } from './alert-on-retired-metric.ts'

const rule = (expr: string) => [object('monitoring.coreos.com/v1', 'PrometheusRule', 'r', { spec: { groups: [{ name: 'g', rules: [{ alert: 'A', expr }] }] } })]

test.each([
  { name: 'only the old one', objects: rule('rate(kubelet_device_plugin_allocations[5m]) == 0'), want: ['PrometheusRule r spec.groups.0.rules.0.expr'] },
  { name: 'good', objects: rule('kube_resourceclaim_status == 0'), want: [] },
  { name: 'look-alike: both', objects: rule('kubelet_device_plugin_allocations or kube_resourceclaim_status'), want: [] },
  { name: 'look-alike: another metric', objects: rule('kubelet_running_pods > 110'), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(alertOnRetiredMetric, { objects })).toEqual(want))
