import { expect, test } from 'vitest'
import { parseQuestion } from './parse-question.ts'
import { splitQuestions } from './question-text.ts'

const readManifest = (file: string) => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: file } }]
const ask = (text: string) => parseQuestion(text, { readManifest })

test.each([
  { text: 'drain node/a node/b', doing: { type: 'drain', nodes: ['a', 'b'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: '  drain  a --delete-emptydir-data --timeout=90s ', doing: { type: 'drain', nodes: ['a'], deleteEmptyDirData: true, timeoutMs: 90_000 } },
  { text: 'drain a b', doing: { type: 'drain', nodes: ['a', 'b'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: 'kubectl drain node a --ignore-daemonsets', doing: { type: 'drain', nodes: ['a'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: 'Drain node', doing: { type: 'drain', nodes: ['node'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: 'lose zone/eu-1b', doing: { type: 'lose', zones: ['eu-1b'], nodes: [] } },
  { text: 'lose zone eu-1b eu-1c', doing: { type: 'lose', zones: ['eu-1b', 'eu-1c'], nodes: [] } },
  { text: 'lose node/x zone/eu-1b', doing: { type: 'lose', zones: ['eu-1b'], nodes: ['x'] } },
  { text: 'recover node x', doing: { type: 'recover', zones: [], nodes: ['x'] } },
  { text: 'fill node/x', doing: { type: 'fill', zones: [], nodes: ['x'], resource: 'disk', percent: 98 } },
  { text: 'fill zone/eu-1b to 90% --resource inodes', doing: { type: 'fill', zones: ['eu-1b'], nodes: [], resource: 'inodes', percent: 90 } },
  { text: 'wait 10m', doing: { type: 'wait', forMs: 600_000 } },
  { text: 'cordon node/x', doing: { type: 'cordon', nodes: ['x'] } },
  { text: 'uncordon x', doing: { type: 'uncordon', nodes: ['x'] } },
  { text: 'taint node/a key=v:NoExecute', doing: { type: 'taint', nodes: ['a'], add: [{ key: 'key', value: 'v', effect: 'NoExecute' }], remove: [] } },
  { text: 'kubectl taint nodes a b example.com/own:noschedule old- gone:NoExecute-', doing: { type: 'taint', nodes: ['a', 'b'], add: [{ key: 'example.com/own', effect: 'NoSchedule' }], remove: [{ key: 'old' }, { key: 'gone', effect: 'NoExecute' }] } },
  { text: 'delete node/x', doing: { type: 'delete', things: [{ kind: 'node', name: 'x' }] } },
  { text: 'delete pod x y -n shop', doing: { type: 'delete', things: [{ kind: 'pod', name: 'x', namespace: 'shop' }, { kind: 'pod', name: 'y', namespace: 'shop' }] } },
  { text: 'delete pod/x --force --grace-period=0', doing: { type: 'delete', things: [{ kind: 'pod', name: 'x' }], gracePeriodSeconds: 0 } },
  { text: 'evict pod/x -n shop --timeout 1m', doing: { type: 'evict', things: [{ kind: 'pod', name: 'x', namespace: 'shop' }], timeoutMs: 60_000 } },
  { text: 'double deploy/web', doing: { type: 'scale', things: [{ kind: 'deploy', name: 'web' }], to: { factor: 2 } } },
  { text: 'scale deploy/web --replicas=9 -n shop', doing: { type: 'scale', things: [{ kind: 'deploy', name: 'web', namespace: 'shop' }], to: { replicas: 9 } } },
  { text: 'scale deploy/web deploy/api to 6', doing: { type: 'scale', things: [{ kind: 'deploy', name: 'web' }, { kind: 'deploy', name: 'api' }], to: { replicas: 6 } } },
  { text: 'scale shop/sts/db 3', doing: { type: 'scale', things: [{ kind: 'sts', name: 'db', namespace: 'shop' }], to: { replicas: 3 } } },
  { text: 'restart deploy/web', doing: { type: 'restart', things: [{ kind: 'deploy', name: 'web' }] } },
  { text: 'kubectl rollout restart deployment web api', doing: { type: 'restart', things: [{ kind: 'deployment', name: 'web' }, { kind: 'deployment', name: 'api' }] } },
  { text: 'rollback deploy/web', doing: { type: 'roll-back', thing: { kind: 'deploy', name: 'web' } } },
  { text: 'rollback deploy/web to 3', doing: { type: 'roll-back', thing: { kind: 'deploy', name: 'web' }, toRevision: 3 } },
  { text: 'rollout undo deploy/web --to-revision=3', doing: { type: 'roll-back', thing: { kind: 'deploy', name: 'web' }, toRevision: 3 } },
  { text: 'set image deploy/web app=registry/app:2 side=x@sha256:a1=', doing: { type: 'set', things: [{ kind: 'deploy', name: 'web' }], changes: [{ container: 'app', image: 'registry/app:2' }, { container: 'side', image: 'x@sha256:a1=' }] } },
  { text: 'set resources deploy/web -c app --limits=memory=512Mi,cpu=1 --requests memory=256Mi', doing: { type: 'set', things: [{ kind: 'deploy', name: 'web' }], changes: [{ container: 'app', limits: { memory: '512Mi', cpu: '1' }, requests: { memory: '256Mi' } }] } },
  { text: 'drain a --force --ignore-daemonsets', doing: { type: 'drain', nodes: ['a'], deleteEmptyDirData: false, force: true, timeoutMs: 900_000 } },
  { text: 'scale deploy/web by 3', doing: { type: 'scale', things: [{ kind: 'deploy', name: 'web' }], to: { by: 3 } } },
  { text: 'scale deploy/web by -2 -n shop', doing: { type: 'scale', things: [{ kind: 'deploy', name: 'web', namespace: 'shop' }], to: { by: -2 } } },
  { text: 'kubectl rollout pause deploy/web', doing: { type: 'pause', things: [{ kind: 'deploy', name: 'web' }] } },
  { text: 'rollout resume deployment web', doing: { type: 'resume', things: [{ kind: 'deployment', name: 'web' }] } },
  { text: 'kubectl label node a b disktype=ssd old- --overwrite', doing: { type: 'mark', things: [{ kind: 'node', name: 'a' }, { kind: 'node', name: 'b' }], field: 'labels', values: { disktype: 'ssd', old: null } } },
  { text: 'annotate pod/x -n shop controller.kubernetes.io/pod-deletion-cost=-1', doing: { type: 'mark', things: [{ kind: 'pod', name: 'x', namespace: 'shop' }], field: 'annotations', values: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } } },
  { text: 'set env deploy/web -c app LEVEL=debug URL=http://x?a=b OLD-', doing: { type: 'set', things: [{ kind: 'deploy', name: 'web' }], changes: [{ container: 'app', env: [{ name: 'LEVEL', value: 'debug' }, { name: 'URL', value: 'http://x?a=b' }, { name: 'OLD' }] }] } },
  { text: 'set env deploy/web --from=configmap/settings --prefix APP_ -n shop', doing: { type: 'set', things: [{ kind: 'deploy', name: 'web', namespace: 'shop' }], changes: [{ container: '*', envOf: { source: { kind: 'configmap', name: 'settings', namespace: 'shop' }, prefix: 'APP_' } }] } },
  { text: 'apply -f new.yaml', doing: { type: 'apply', objects: readManifest('new.yaml') } },
  { text: 'apply -f new.yaml -n shop', doing: { type: 'apply', objects: readManifest('new.yaml'), namespace: 'shop' } },
  { text: 'apply -f new.yaml -f "more of it.yaml"', doing: { type: 'apply', objects: [...readManifest('new.yaml'), ...readManifest('more of it.yaml')] } },
  { text: 'drain n1,n2 node/n3, --timeout 1h30m', doing: { type: 'drain', nodes: ['n1', 'n2', 'n3'], deleteEmptyDirData: false, timeoutMs: 5_400_000 } },
  { text: 'drain zone/eu-1b "node/a"', doing: { type: 'drain', nodes: ['a'], zones: ['eu-1b'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: 'cordon zones eu-1b eu-1c', doing: { type: 'cordon', nodes: [], zones: ['eu-1b', 'eu-1c'] } },
  { text: 'taint zone/eu-1b a=b:NoSchedule', doing: { type: 'taint', nodes: [], zones: ['eu-1b'], add: [{ key: 'a', value: 'b', effect: 'NoSchedule' }], remove: [] } },
  { text: 'set env deploy/web -c app MOTD="good; && morning" PLAIN=a,b', doing: { type: 'set', things: [{ kind: 'deploy', name: 'web' }], changes: [{ container: 'app', env: [{ name: 'MOTD', value: 'good; && morning' }, { name: 'PLAIN', value: 'a,b' }] }] } },
  { text: "label node a 'note=it is' b=", doing: { type: 'mark', things: [{ kind: 'node', name: 'a' }], field: 'labels', values: { note: 'it is', b: '' } } },
  { text: 'wait 10 minutes', doing: { type: 'wait', forMs: 600_000 } },
  { text: 'wait 1h 5min 30s', doing: { type: 'wait', forMs: 3_930_000 } },
  { text: 'fill node/x to 90', doing: { type: 'fill', zones: [], nodes: ['x'], resource: 'disk', percent: 90 } },
  { text: 'nothing', doing: { type: 'nothing' } },
])('$text', ({ text, doing }) => {
  expect(ask(text)).toEqual(doing)
})

test.each([
  { text: '', why: /it is empty/ },
  { text: 'explode node/a', why: /"explode" is not one of nothing, wait, drain/ },
  { text: 'drain', why: /names nothing/ },
  { text: 'drain deploy/web', why: /deploy\/web is no node/ },
  { text: 'drain a --disable-eviction', why: /--disable-eviction is not known here/ },
  { text: 'rollout status deploy/web', why: /rollout status changes nothing/ },
  { text: 'rollout', why: /needs a word behind it/ },
  { text: 'label node/a', why: /names no key/ },
  { text: 'label node/a =x', why: /=x has no key/ },
  { text: 'drain a --timeout soon', why: /soon is no duration/ },
  { text: 'double web', why: /web is no KIND\/NAME/ },
  { text: 'rollback deploy/a deploy/b', why: /must name one object/ },
  { text: 'evict', why: /names nothing/ },
  { text: 'wait soon', why: /soon is no duration/ },
  { text: 'wait 25h', why: /25h is too long/ },
  { text: 'taint node/a', why: /names no taint/ },
  { text: 'taint node/a key=v', why: /key=v has no effect/ },
  { text: 'taint node/a key:Never', why: /Never is no effect/ },
  { text: 'taint key:NoExecute', why: /names nothing/ },
  { text: 'set deploy/web', why: /names nothing/ },
  { text: 'set selector svc/web app=b', why: /set selector is not played/ },
  { text: 'set env deploy/web', why: /names no variable/ },
  { text: 'set env deploy/web =b', why: /=b is no NAME=value/ },
  { text: 'scale deploy/web by many', why: /"by" needs a number/ },
  { text: 'set image deploy/web', why: /names no image/ },
  { text: 'set image deploy/web =x', why: /is no CONTAINER=IMAGE/ },
  { text: 'set resources deploy/web --limits memory=lots', why: /memory=lots is no amount/ },
  { text: 'scale deploy/web --replicas', why: /--replicas needs a value/ },
  { text: 'fill node/x to 120%', why: /120% is no share/ },
  { text: 'fill node/x --resource memory', why: /is disk, inodes or pids/ },
  { text: 'lose pod/x', why: /pod\/x is no node/ },
  { text: 'delete deploy/web --cascade=orphan', why: /--cascade is not known here/ },
  { text: 'scale deploy/web', why: /needs --replicas/ },
  { text: 'scale deploy/web --replicas=-1', why: /needs --replicas=NUMBER/ },
  { text: 'nothing at all', why: /at means nothing here/ },
  { text: 'apply -f a.yaml b.yaml', why: /b\.yaml means nothing here/ },
  { text: 'scale deploy/web --replicas=3 --replicas=4', why: /--replicas is given twice/ },
  { text: 'drain "a', why: /a quote is never closed/ },
  { text: 'drain spot-*', why: /spot-\* is a pattern/ },
  { text: 'restart deploy/*', why: /\* is a pattern/ },
  { text: 'drain a --timeout 0s', why: /waits for ever/ },
  { text: 'wait', why: /nothing is no duration/ },
  { text: 'fill node/x to the brim', why: /the% is no share/ },
  { text: 'get pods', why: /get changes nothing/ },
  { text: 'apply new.yaml', why: /needs -f FILE/ },
])('refused: "$text"', ({ text, why }) => {
  expect(() => ask(text)).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringMatching(why) }))
})

test.each([
  { text: 'drain a --disable-eviction', hint: /delete pod\/NAME/ },
  { text: 'cordon -l zone=a', hint: /a selector is not read/ },
  { text: 'delete pod/x --dry-run=server', hint: /Nothing is changed anyway/ },
  { text: 'drian node/a', hint: /^Did you mean drain\? Write it as: drain node\/a node\/b/ },
  { text: 'scale deploy/web', hint: /^Write it as: scale deploy\/web --replicas=6 \| / },
  { text: 'kill node/a', hint: /^Did you mean lose\?/ },
  { text: 'nonsense', hint: /^For example: "drain node\/a/ },
  { text: 'rollout history deploy/web', hint: /rollout undo deploy\/web, rollout restart/ },
])('$text is refused with a reason', ({ text, hint }) => {
  expect(() => ask(text)).toThrow(expect.objectContaining({ code: 'invalid', hint: expect.stringMatching(hint) }))
})

test('several in one line are done one after the other', () => {
  expect(() => splitQuestions(['nothing;'.repeat(40)])).toThrow(expect.objectContaining({ code: 'invalid', message: '40 questions are asked at once' }))
  expect([splitQuestions([';']), splitQuestions([' ;; && '])]).toEqual([[''], ['']])
  expect(splitQuestions(["label pod/a 'x=1;2' ; wait 5m"])).toEqual(["label pod/a 'x=1;2'", 'wait 5m'])
  expect(splitQuestions(['drain a; wait 5m;', 'kubectl uncordon a && drain b', ''])).toEqual(['drain a', 'wait 5m', 'kubectl uncordon a', 'drain b', ''])
})
