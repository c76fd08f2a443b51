import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformClusterOpen } from './terraform-cluster-open.ts'

const eks = (config: string, more = 'encryption_config {\n resources = ["secrets"]\n }') => `resource "aws_eks_cluster" "c" {\n vpc_config {\n${config}\n }\n ${more}\n}`

test.each([
  { name: 'EKS without a word', text: eks(''), want: ['aws_eks_cluster.c vpc_config.0'] },
  { name: 'EKS for everybody', text: eks('public_access_cidrs = ["0.0.0.0/0"]'), want: ['aws_eks_cluster.c vpc_config.0.public_access_cidrs'] },
  { name: 'Secrets as they are', text: eks('endpoint_public_access = false', ''), want: ['aws_eks_cluster.c'] },
  { name: 'GKE', text: 'resource "google_container_cluster" "c" {\n}', want: ['google_container_cluster.c'] },
  { name: 'AKS', text: 'resource "azurerm_kubernetes_cluster" "c" {\n}', want: ['azurerm_kubernetes_cluster.c'] },
  { name: 'good', text: eks('endpoint_public_access = false'), want: [] },
  { name: 'good: GKE', text: 'resource "google_container_cluster" "c" {\n master_authorized_networks_config {\n cidr_blocks {\n cidr_block = "10.0.0.0/8"\n }\n }\n}', want: [] },
  { name: 'look-alike: own addresses', text: eks('public_access_cidrs = ["192.0.2.0/24"]'), want: [] },
  { name: 'look-alike: values that only Terraform knows', text: eks('public_access_cidrs = var.office'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformClusterOpen, text)).toEqual(want))
