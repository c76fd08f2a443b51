/**
 * AWS Batch on EKS, set up so that it fails late or does more than was meant: a compute type that EKS environments do not have, pods
 * on the network of their host because nobody said otherwise, a service role where the service-linked one is needed.
 *
 * Batch launches, scales, labels and taints nodes of its own for such an environment; its pods run on those and on no others.
 */

import type { AuditFinding, AuditView, TerraformBlock, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { parseImage } from '../shared/image-name.ts'
import { addressOf, anyText, auditResources, literal, mentions, nested, resourcesOf } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  return [...auditResources(view, ['aws_batch_compute_environment'], (block) => environmentFaults(view, block)), ...auditResources(view, ['aws_batch_job_definition'], definitionFaults)]
}

type Fault = Omit<AuditFinding, 'of'>

function environmentFaults(view: AuditView, block: TerraformBlock): Fault[] {
  if (nested(block.body, 'eks_configuration').length === 0) return []
  return [...wrongType(block), ...ownServiceRole(view, block), ...noOrder(view, block), ...noNamespace(view, block)]
}

/** Batch does not make it. Judged only where namespaces are described at all: in Terraform, or in manifests beside it. */
function noNamespace(view: AuditView, block: TerraformBlock): Fault[] {
  const made = resourcesOf(view, 'kubernetes_namespace', 'kubernetes_namespace_v1').flatMap(({ body }) => nested(body, 'metadata').map((metadata) => literal(metadata.body, 'name')))
  const known = [...made, ...view.cluster.list('', 'Namespace').map(({ metadata }) => metadata.name)]
  return nested(block.body, 'eks_configuration').flatMap(({ body, path }) => {
    const name = literal(body, 'kubernetes_namespace')
    if (typeof name !== 'string' || known.length === 0 || known.includes(name) || (made.includes(undefined) && !view.complete)) return []
    return [{ path: [...path, 'kubernetes_namespace'], summary: `${addressOf(block)} runs in namespace ${name}, which nothing here makes`, advice: 'Create the namespace first: a kubernetes_namespace that this environment depends on, with a quota.', cause: 'a namespace that is not there' }]
  })
}

function wrongType(block: TerraformBlock): Fault[] {
  return nested(block.body, 'compute_resources').flatMap(({ body, path }) => {
    const type = literal(body, 'type')
    if (typeof type !== 'string' || !/^FARGATE/i.test(type)) return []
    return [{ path: [...path, 'type'], summary: `${addressOf(block)} is of type ${type}, which environments on EKS cannot be`, advice: 'Use EC2 or SPOT.', cause: 'a compute type that EKS does not have', severity: 2 as const }]
  })
}

function ownServiceRole(view: AuditView, block: TerraformBlock): Fault[] {
  if (block.body['service_role'] === undefined) return []
  const wrongPolicy = resourcesOf(view, 'aws_iam_role_policy_attachment').some(({ body }) => literal(body, 'policy_arn') === 'arn:aws:iam::aws:policy/AWSBatchServiceRole')
  return [{ path: ['service_role'], summary: `${addressOf(block)} names a service role of its own${wrongPolicy ? ', with a policy whose ARN does not exist' : ''}; the cluster knows the service-linked role as aws-batch`, advice: 'Leave service_role out: AWSServiceRoleForBatch is then used, and is what the cluster maps to the user aws-batch. (The managed policy, where it is needed elsewhere, is arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole.)', cause: 'a service role of its own' }]
}

/** The environment is created against a cluster that does not let Batch in yet. */
function noOrder(view: AuditView, block: TerraformBlock): Fault[] {
  const bindings = resourcesOf(view, 'kubernetes_role_binding', 'kubernetes_role_binding_v1', 'kubernetes_cluster_role_binding', 'kubernetes_cluster_role_binding_v1').filter(({ body }) => /aws-batch/.test(anyText(body as never)))
  const waits = bindings.length === 0 || bindings.some((binding) => mentions(block.body, binding))
  return waits ? [] : [{ path: [], summary: `${addressOf(block)} does not wait for ${bindings.map(addressOf).join(', ')}`, advice: `depends_on = [${bindings.map(addressOf).join(', ')}]`, cause: 'created before it is let in', severity: 4 }]
}

function definitionFaults(block: TerraformBlock): Fault[] {
  return nested(block.body, 'eks_properties').flatMap(({ body, path }) => nested(body, 'pod_properties').flatMap((pod) => podFaults(block, pod.body, [...path, ...pod.path])))
}

function podFaults(block: TerraformBlock, pod: TerraformBody, path: readonly (string | number)[]): Fault[] {
  const host = pod['host_network']
  const network: Fault[] = host === undefined || host === true ? [{ path: [...path, ...(host === undefined ? [] : ['host_network'])], summary: `pods of ${addressOf(block)} share the network of their node${host === undefined ? ', because host_network is true where it is not set' : ''}`, advice: 'host_network = false', cause: 'the network of the node', severity: 2 }] : []
  const containers = nested(pod, 'containers').flatMap((container) => {
    const image = parseImage(String(literal(container.body, 'image') ?? ''))
    const moving = image !== undefined && image.digest === undefined && (image.tag === undefined || image.tag === 'latest')
    return moving ? [{ path: [...path, ...container.path, 'image'], summary: `${addressOf(block)} runs ${String(literal(container.body, 'image'))}, which moves`, advice: 'Name a version, best with its digest.', cause: 'an image that moves' }] : []
  })
  return [...network, ...containers]
}

export const terraformBatchOnEks: AuditRule = {
  id: 'terraform-batch-on-eks',
  title: 'AWS Batch on EKS that fails late, or does more than was meant',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a Batch environment that is not on EKS, where FARGATE is right', 'host_network = false', 'an environment that waits for the binding', 'a namespace that is made elsewhere, where none is described here'],
  prevention: 'A module that sets host_network, uses EC2 or SPOT, and relies on the service-linked role.',
  sources: [
    { title: 'AWS Batch: EKS pod properties', url: 'https://docs.aws.amazon.com/batch/latest/APIReference/API_EksPodProperties.html' },
    { title: 'AWS Batch: compute resources', url: 'https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html' },
    { title: 'AWS Batch on Amazon EKS: getting started', url: 'https://docs.aws.amazon.com/batch/latest/userguide/getting-started-eks.html' },
  ],
  reviewBy: '2027-03-31',
}
