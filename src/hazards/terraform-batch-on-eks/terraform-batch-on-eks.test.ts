import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { inTerraform } from '../testing/files.ts'
import { terraformBatchOnEks } from './terraform-batch-on-eks.ts'

const environment = (type: string, more = '') => `resource "aws_batch_compute_environment" "e" {\n type = "MANAGED"\n eks_configuration {\n  eks_cluster_arn = "a"\n  kubernetes_namespace = "batch-jobs"\n }\n compute_resources {\n  type = "${type}"\n }\n ${more}\n}`
const definition = (pod: string, image = 'amazonlinux:2023.5') => `resource "aws_batch_job_definition" "j" {\n eks_properties {\n  pod_properties {\n   ${pod}\n   containers {\n    image = "${image}"\n   }\n  }\n }\n}`
const binding = 'resource "kubernetes_cluster_role_binding" "b" {\n subject {\n  kind = "User"\n  name = "aws-batch"\n }\n}\n'

test.each([
  { name: 'FARGATE is none of the types that EKS has', text: environment('FARGATE_SPOT'), want: ['aws_batch_compute_environment.e compute_resources.0.type'] },
  { name: 'a service role of its own', text: environment('EC2', 'service_role = aws_iam_role.batch.arn'), want: ['aws_batch_compute_environment.e service_role'] },
  { name: 'created before it is let in', text: binding + environment('EC2'), want: ['aws_batch_compute_environment.e'] },
  { name: 'host_network is true where it is not set', text: definition(''), want: ['aws_batch_job_definition.j eks_properties.0.pod_properties.0'] },
  { name: 'host_network is true', text: definition('host_network = true'), want: ['aws_batch_job_definition.j eks_properties.0.pod_properties.0.host_network'] },
  { name: 'an image that moves', text: definition('host_network = false', 'amazonlinux:latest'), want: ['aws_batch_job_definition.j eks_properties.0.pod_properties.0.containers.0.image'] },
  { name: 'good', text: binding + environment('SPOT', 'depends_on = [kubernetes_cluster_role_binding.b]') + '\n' + definition('host_network = false'), want: [] },
  { name: 'look-alike: not on EKS', text: 'resource "aws_batch_compute_environment" "e" {\n service_role = "r"\n compute_resources {\n  type = "FARGATE"\n }\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformBatchOnEks, text)).toEqual(want))

test('the wrong claims are not repeated: the ARN of the policy has its path, and Batch manages nodes of its own', () => {
  const card = JSON.stringify(terraformBatchOnEks)
  expect(card).not.toMatch(/node groups? or Karpenter/i)
  const [service] = findingsOf(terraformBatchOnEks, { terraform: [{ type: 'terraform', file: 'f', block: 'resource', labels: ['aws_batch_compute_environment', 'e'], body: { eks_configuration: [{}], service_role: 'r' } }] })
  expect(service?.advice).toContain('policy/service-role/AWSBatchServiceRole')
})

test.each([
  { name: 'another namespace is made', text: 'resource "kubernetes_namespace" "n" {\n metadata {\n  name = "batch"\n }\n}\n', want: ['aws_batch_compute_environment.e eks_configuration.0.kubernetes_namespace'] },
  { name: 'good', text: 'resource "kubernetes_namespace_v1" "n" {\n metadata {\n  name = "batch-jobs"\n }\n}\n', want: [] },
  { name: 'look-alike: none is described here', text: '', want: [] },
  { name: 'look-alike: a name that only Terraform knows', text: 'resource "kubernetes_namespace" "n" {\n metadata {\n  name = var.namespace\n }\n}\n', want: [] },
])('the namespace must be there: $name', async ({ text, want }) => expect(await inTerraform(terraformBatchOnEks, text + environment('EC2'))).toEqual(want))
