import { expect, test } from 'vitest'
import { container, crashed, deployment, logNow, running, service, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { applicationErrors } from './application-errors.ts'

const made = (name: string, calls: readonly string[] = [], pod: PodDraft = running) => [service(name), ...deployment(name, { revisions: [{ spec: container({ env: calls.map((target) => ({ name: `${target.toUpperCase()}_URL`, value: `http://${target}:80` })) }), minutes: 9000 }], pods: [pod] })]
const times = (line: string, count = 6) => Array.from({ length: count }, (_, index) => `2026-05-04T11:5${index}:00Z ${line}`).join('\n')
const says = (name: string, text: string) => logNow(`${name}-h1-p0`, text)
const at = (name: string) => [{ subject: `Deployment shop/${name}`, plans: [] }]
const table = 'ERROR: relation "orders" does not exist'

test.each([
  { name: 'a missing table, said again and again', view: viewOf([made('api')], [says('api', times(table))]), want: at('api') },
  { name: 'the level stands in JSON', view: viewOf([made('api')], [says('api', times('{"level":"error","msg":"flag broke the cart"}').replaceAll(/^\S+ /gm, ''))]), want: at('api') },
  { name: 'callers pass on what the last one says', view: viewOf([made('web', ['api']), made('api', ['cart']), made('cart')], [says('web', times('ERROR call to api failed: 500')), says('api', times('ERROR rpc error: code = Internal')), says('cart', times('java.lang.IllegalStateException: flag'))]), want: at('cart') },
  { name: 'only its caller complains, and names it', view: viewOf([made('web', ['api', 'cart']), made('api'), made('cart')], [says('web', times('ERROR http://cart:80/items: connection refused'))]), want: at('cart') },
  { name: 'good', view: viewOf([made('api')], [says('api', times('INFO served'))]), want: [] },
  { name: 'look-alike: a line of error here and there among ordinary ones', view: viewOf([made('api')], [says('api', `${times('INFO served', 9)}\n${table}\n${times('WARN slow', 2)}`)]), want: [] },
  { name: 'look-alike: a service that only passes on what another one failed at is not the subject', view: viewOf([made('web', ['api']), made('api')], [says('web', times('ERROR api answered 500')), says('api', times(table))]), want: at('api') },
  { name: 'look-alike: errors of a call that is cut by an object of the cluster: the callee does not stand, and has a finding of its own', view: viewOf([made('web', ['api']), made('api', [], crashed({ exitCode: 1 }))], [says('web', times('ERROR api: connection refused'))]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(applicationErrors, view)).toEqual(want))
