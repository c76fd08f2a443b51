/** A managed cluster whose API server every address may ask, or whose Secrets lie in etcd as they are. */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources, literal, nested } from '../shared/terraform.ts'

type Fault = Omit<AuditFinding, 'of'>

function audit(view: AuditView): AuditFinding[] {
  return [
    ...auditResources(view, ['aws_eks_cluster'], eks),
    ...auditResources(view, ['google_container_cluster'], gke),
    ...auditResources(view, ['azurerm_kubernetes_cluster'], aks),
  ]
}

function open(block: TerraformBlock, path: Fault['path'], advice: string): Fault {
  return { path, summary: `the API server of ${addressOf(block)} answers every address`, advice, cause: 'an API server for everybody' }
}

/** Without a word EKS gives a public endpoint for 0.0.0.0/0. */
function eks(block: TerraformBlock): Fault[] {
  const access = nested(block.body, 'vpc_config').flatMap(({ body, path }) => {
    const ranges = body['public_access_cidrs']
    const everybody = ranges === undefined || (Array.isArray(ranges) && (ranges as readonly unknown[]).includes('0.0.0.0/0'))
    return literal(body, 'endpoint_public_access') === false || !everybody ? [] : [open(block, [...path, ...(ranges === undefined ? [] : ['public_access_cidrs'])], 'endpoint_public_access = false, or public_access_cidrs with your own addresses.')]
  })
  const encrypted = nested(block.body, 'encryption_config').length > 0
  return [...access, ...(encrypted ? [] : [{ path: [], summary: `${addressOf(block)} keeps Secrets without a key of yours`, advice: 'encryption_config with resources = ["secrets"].', cause: 'Secrets without a key', severity: 4 as const }])]
}

function gke(block: TerraformBlock): Fault[] {
  const networks = nested(block.body, 'master_authorized_networks_config')
  const hidden = nested(block.body, 'private_cluster_config').some(({ body }) => literal(body, 'enable_private_endpoint') === true)
  const everybody = networks.flatMap(({ body, path }) => nested(body, 'cidr_blocks').filter((entry) => literal(entry.body, 'cidr_block') === '0.0.0.0/0').map((entry) => [...path, ...entry.path]))
  if (hidden || (networks.length > 0 && everybody.length === 0)) return []
  return [open(block, everybody[0] ?? [], 'master_authorized_networks_config with your own addresses, or a private endpoint.')]
}

function aks(block: TerraformBlock): Fault[] {
  const ranges = nested(block.body, 'api_server_access_profile').some(({ body }) => body['authorized_ip_ranges'] !== undefined) || block.body['api_server_authorized_ip_ranges'] !== undefined
  return ranges || literal(block.body, 'private_cluster_enabled') === true ? [] : [open(block, [], 'private_cluster_enabled = true, or authorized_ip_ranges in api_server_access_profile.')]
}

export const terraformClusterOpen: AuditRule = {
  id: 'terraform-cluster-open',
  title: 'A cluster whose API server everybody may ask',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a private endpoint', 'addresses that are known', 'values that only Terraform knows'],
  prevention: 'Private endpoints, and a way in for people and pipelines.',
  sources: [
    { title: 'Amazon EKS: cluster API server endpoint', url: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html' },
    { title: 'GKE: authorized networks', url: 'https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks' },
    { title: 'AKS: API server authorized IP ranges', url: 'https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges' },
  ],
  reviewBy: '2027-06-30',
}
