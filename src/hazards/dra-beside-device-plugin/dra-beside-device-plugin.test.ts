import { expect, test } from 'vitest'
import { fieldsFound, workload } from '../testing/audit.ts'
import { node } from '../testing/cluster.ts'
import { draBesideDevicePlugin } from './dra-beside-device-plugin.ts'

const agent = (name: string, folder: string, image: string, more: object = {}) => workload({ containers: [{ name: 'm', image }], volumes: [{ name: 'v', hostPath: { path: `/var/lib/kubelet/${folder}` } }], ...more }, { kind: 'DaemonSet', name })
const plugin = (more: object = {}) => agent('plugin', 'device-plugins', 'nvcr.io/nvidia/k8s-device-plugin:1', more)
const driver = (more: object = {}) => agent('driver', 'plugins_registry', 'nvcr.io/nvidia/dra-driver:1', more)

test.each([
  { name: 'everywhere', objects: [plugin(), driver()], want: ['DaemonSet plugin spec.template.spec'] },
  { name: 'on a node that suits both', objects: [plugin(), driver({ nodeSelector: { gpu: 'yes' } }), node('n', { labels: { gpu: 'yes' } })], want: ['DaemonSet plugin spec.template.spec'] },
  { name: 'good: separated', objects: [plugin({ nodeSelector: { mode: 'plugin' } }), driver({ nodeSelector: { mode: 'dra' } })], want: [] },
  { name: 'look-alike: another maker', objects: [plugin(), agent('driver', 'plugins_registry', 'intel/dra-driver:1')], want: [] },
  { name: 'look-alike: a CSI driver', objects: [plugin(), agent('driver', 'plugins_registry', 'nvcr.io/nvidia/csi-driver:1')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(draBesideDevicePlugin, { objects })).toEqual(want))
