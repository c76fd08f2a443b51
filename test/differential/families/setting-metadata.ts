/** What is laid into the metadata of every kind, and selectors right and wrong. */

import type { Mutation } from './mutation.ts'

export const SELECTOR = { matchLabels: { app: 'a' } }
export const BROKEN_SELECTOR = { matchExpressions: [{ key: 'bad key!', operator: 'In', values: [] }, { key: 'a', operator: 'Exists', values: ['x'] }, { key: 'b', operator: 'Like' }] }

export const metadata: readonly Mutation[] = [
  ['metadata.labels', { app: 'a', 'example.com/tier': 'web' }],
  ['metadata.labels', { 'bad key!': 'x' }],
  ['metadata.annotations', { note: 'any text at all' }],
  ['metadata.annotations', { 'bad key!': 'x' }],
  ['metadata.finalizers', ['unqualified']],
  ['metadata.name', '@Upper_Case'],
  ['metadata.name', '@a%b'],
  ['metadata.ownerReferences', [{ apiVersion: 'v1', kind: '', name: 'o', uid: 'u' }]],
]
