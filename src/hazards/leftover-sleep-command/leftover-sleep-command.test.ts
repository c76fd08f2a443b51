import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { leftoverSleepCommand } from './leftover-sleep-command.ts'

const running = (container: object, options: object = {}) => [workload(oneContainer({ image: 'registry.example/api:1', ...container }), options)]
const left = ['an override that was left']

test.each([
  { name: 'sleep', objects: running({ command: ['sleep', 'infinity'] }), want: left },
  { name: 'under a shell', objects: running({ command: ['/bin/sh', '-c', 'sleep 3600'] }), want: left },
  { name: 'a loop', objects: running({ command: ['sh', '-c'], args: ['while true; do sleep 30; done'] }), want: left },
  { name: 'tail', objects: running({ command: ['tail', '-f', '/dev/null'] }), want: left },
  { name: 'on a device', objects: running({ image: 'ubuntu:24.04', command: ['sleep', '3600'], resources: { limits: { 'nvidia.com/gpu': 1 } } }, { kind: 'Pod' }), want: ['an idle accelerator'] },
  { name: 'good', objects: running({ command: ['/api'] }), want: [] },
  { name: 'look-alike: it sleeps and then works', objects: running({ command: ['sh', '-c', 'sleep 300; exec /api'] }), want: [] },
  { name: 'look-alike: a short wait', objects: running({ command: ['sleep', '5'] }), want: [] },
  { name: 'look-alike: a tool image', objects: running({ image: 'busybox:1.37', command: ['sleep', 'infinity'] }), want: [] },
  { name: 'look-alike: a namespace for it', objects: running({ command: ['sleep', 'infinity'] }, { namespace: 'team-debug' }), want: [] },
  { name: 'look-alike: a sidecar', objects: [workload({ containers: [{ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1', command: ['sleep', 'infinity'] }] })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(leftoverSleepCommand, { objects }).map(({ cause }) => cause)).toEqual(want))
