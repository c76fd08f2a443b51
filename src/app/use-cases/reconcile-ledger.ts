/** The ledger of a file against the audit log of a cluster. */

export { readAuditLog, type ClusterAct } from '../../audit/reconcile/cluster-act.ts'
export { accountsIn, reconcile, type Reconciled } from '../../audit/reconcile/reconcile.ts'
