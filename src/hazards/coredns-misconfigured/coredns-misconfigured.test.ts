import { expect, test } from 'vitest'
import { applied, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { corednsMisconfigured } from './coredns-misconfigured.ts'

const good = '.:53 {\n    errors\n    health {\n        lameduck 5s\n    }\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n        pods insecure\n    }\n    forward . /etc/resolv.conf\n    cache 30\n    reload\n}\n'
const corefile = (Corefile: string) => object('v1', 'ConfigMap', 'coredns', { metadata: { namespace: 'kube-system' }, data: { Corefile } })
const patched = [{ subject: 'ConfigMap kube-system/coredns', plans: [['patch ConfigMap kube-system/coredns']] }]
const found = [{ subject: 'ConfigMap kube-system/coredns', plans: [] }]

test.each([
  { name: 'a template answers for cluster names', view: viewOf([corefile(`${good.slice(0, -2)}    template ANY ANY svc.cluster.local {\n        rcode NXDOMAIN\n    }\n}\n`)]), want: patched },
  { name: 'a rewrite sends cluster names away', view: viewOf([corefile(good.replace('    errors\n', '    errors\n    rewrite name store.shop.svc.cluster.local elsewhere.example.com\n'))]), want: patched },
  { name: 'nothing serves cluster names', view: viewOf([corefile('.:53 {\n    forward . /etc/resolv.conf\n}\n')]), want: found },
  { name: 'it forwards to itself', view: viewOf([corefile(good.replace('/etc/resolv.conf', '127.0.0.1'))]), want: found },
  { name: 'changed by hand: back', view: viewOf([applied(corefile('.:53 {\n    forward . /etc/resolv.conf\n}\n'), corefile(good))]), want: patched },
  { name: 'good', view: viewOf([corefile(good)]), want: [] },
  { name: 'look-alike: a rewrite for a name outside', view: viewOf([corefile(good.replace('    errors\n', '    errors\n    rewrite name api.example.com api.shop.svc.cluster.local\n'))]), want: [] },
  { name: 'look-alike: a block for another zone', view: viewOf([corefile(`${good}corp.example:53 {\n    forward . 10.0.0.1\n}\n`)]), want: [] },
  { name: 'look-alike: a comment', view: viewOf([corefile(good.replace('    errors\n', '    # template ANY ANY cluster.local\n    errors\n'))]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(corednsMisconfigured, view)).toEqual(want))
