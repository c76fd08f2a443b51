import { describe, expect, test } from 'vitest'
import { ruleAllows, type Access, type PolicyRule } from './policy-rule.ts'

const base = { verb: 'get', group: '', resource: 'pods', subresource: '', name: '', namespace: 'shop' }
const reads: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }

describe('a rule allows', () => {
  test.each<[string, PolicyRule, Access, boolean]>([
    ['what it names', reads, base, true],
    ['no other verb', reads, { ...base, verb: 'delete' }, false],
    ['no other group', reads, { ...base, group: 'apps' }, false],
    ['no part of what it names', reads, { ...base, subresource: 'log' }, false],
    ['a part that it names', { ...reads, resources: ['pods/log'] }, { ...base, subresource: 'log' }, true],
    ['not the whole of a part', { ...reads, resources: ['pods/log'] }, base, false],
    ['a part of everything', { ...reads, resources: ['*/log'] }, { ...base, subresource: 'log' }, true],
    ['everything, parts too', { ...reads, resources: ['*'] }, { ...base, subresource: 'log' }, true],
    ['by name', { ...reads, resourceNames: ['web'] }, { ...base, name: 'web' }, true],
    ['no other name, and no list', { ...reads, resourceNames: ['web'] }, base, false],
    ['paths by prefix', { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, { verb: 'get', path: '/healthz/etcd' }, true],
    ['not the path without its slash', { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, { verb: 'get', path: '/healthz' }, false],
    ['no path by a rule for objects', { ...reads, resources: ['*'] }, { verb: 'get', path: '/metrics' }, false],
  ])('%s', (_name, rule, access, allowed) => {
    expect(ruleAllows(rule, access)).toBe(allowed)
  })
})
