/** What types and storage are called inside the real server: it names them in some refusals. */

import type { Resource } from './resource.ts'

/** The package of a group's internal types: `core` for the nameless group. */
export function goPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group)
}

/** Where the kinds of old are stored. */
const PLACES: Readonly<Record<string, string>> = {
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  '/replicationcontrollers': 'controllers',
  'networking.k8s.io/ingresses': 'ingress',
}

/** The key in etcd; a dry run does not know where the server's keys begin. */
export function storageKey({ group, plural, custom }: Pick<Resource, 'group' | 'plural' | 'custom'>, { namespace, name = '' }: { readonly namespace?: string; readonly name?: string }, isDryRun: boolean): string {
  const place = custom ? `${group}/${plural}` : (PLACES[`${group}/${plural}`] ?? plural)
  return [isDryRun ? '' : '/registry', place, ...(namespace === undefined ? [] : [namespace]), name].join('/')
}
