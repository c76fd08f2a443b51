/** Requests for certificates. */

import type { CertificateSigningRequest } from 'kubernetes-types/certificates/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { ageOf, humanDuration } from '../human-duration.ts'
import { columns, nameOf, type TableKind } from './table.ts'

const NONE = '<none>'

type Request = KubeObject & CertificateSigningRequest

export const CERTIFICATE_TABLES: Readonly<Record<string, TableKind>> = {
  'certificates.k8s.io/CertificateSigningRequest': {
    columns: columns('Name, Age, SignerName, Requestor, RequestedDuration, Condition'),
    cells: (object, nowMs) => {
      const { signerName = '', username = '', expirationSeconds: seconds } = (object as Request).spec ?? {}
      return [nameOf(object), ageOf(object.metadata.creationTimestamp, nowMs), signerName === '' ? NONE : signerName, username, seconds === undefined ? NONE : humanDuration(seconds * 1000), stateOf(object as Request)]
    },
  },
}

/** `extractCSRStatus` in `pkg/printers/internalversion`. */
function stateOf({ status }: Request): string {
  const has = (wanted: string): boolean => (status?.conditions ?? []).some(({ type }) => type === wanted)
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return `${decision}${has('Failed') ? ',Failed' : ''}${(status?.certificate ?? '') === '' ? '' : ',Issued'}`
}
