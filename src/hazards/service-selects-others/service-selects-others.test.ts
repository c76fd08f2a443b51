import { expect, test } from 'vitest'
import { applied, container, deployment, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { serviceSelectsOthers } from './service-selects-others.ts'

const one = (name: string) => deployment(name, { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })
const [cart, pay] = [one('cart'), one('pay')]

test.each([
  { name: 'it leads to the other workload', view: viewOf([cart, pay, service('pay'), service('cart', { selector: { app: 'pay' } })]), want: [{ subject: 'Service shop/cart', plans: [['patch Service shop/cart']] }] },
  { name: 'changed by hand: back', view: viewOf([cart, pay, service('pay'), applied(service('cart', { selector: { app: 'pay' } }), service('cart'))]), want: [{ subject: 'Service shop/cart', plans: [['patch Service shop/cart'], ['patch Service shop/cart']] }] },
  { name: 'good', view: viewOf([cart, pay, service('pay'), service('cart')]), want: [] },
  { name: 'look-alike: its own workload has a Service', view: viewOf([cart, pay, service('pay'), service('cart', { selector: { app: 'pay' } }), service('basket', { selector: { app: 'cart' } })]), want: [] },
  { name: 'look-alike: nobody else leads to those pods', view: viewOf([cart, pay, service('cart', { selector: { app: 'pay' } })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(serviceSelectsOthers, view)).toEqual(want))
