/**
 * Labels by which clouds and installers mark the nodes of one pool. They age with the products: each has the date it
 * was last checked against the vendor's documentation.
 */

export interface PoolLabel {
  readonly key: string
  readonly vendor: string
  readonly checked: string
}

export const POOL_LABELS: readonly PoolLabel[] = [
  { key: 'cloud.google.com/gke-nodepool', vendor: 'GKE', checked: '2026-11' },
  { key: 'eks.amazonaws.com/nodegroup', vendor: 'EKS managed node groups', checked: '2026-11' },
  { key: 'alpha.eksctl.io/nodegroup-name', vendor: 'eksctl', checked: '2026-11' },
  { key: 'kubernetes.azure.com/agentpool', vendor: 'AKS', checked: '2026-11' },
  { key: 'agentpool', vendor: 'AKS, older', checked: '2026-11' },
  { key: 'karpenter.sh/nodepool', vendor: 'Karpenter', checked: '2026-11' },
  { key: 'kops.k8s.io/instancegroup', vendor: 'kOps', checked: '2026-11' },
  { key: 'node.kubernetes.io/instance-group', vendor: 'Cluster API and others', checked: '2026-11' },
  { key: 'doks.digitalocean.com/node-pool', vendor: 'DigitalOcean', checked: '2026-11' },
  { key: 'k8s.scaleway.com/pool-name', vendor: 'Scaleway', checked: '2026-11' },
  { key: 'worker.gardener.cloud/pool', vendor: 'Gardener', checked: '2026-11' },
  { key: 'machine.openshift.io/cluster-api-machineset', vendor: 'OpenShift', checked: '2026-11' },
]

/** A key that ends like this names a pool, whoever made it. */
export const POOL_KEY = /(?:^|\/)(?:node-?pool|node-?group|instance-?group|machine-?set|pool)(?:-name)?$/i
