/** A database that can be reached from addresses in place of from the application: a public address, or a rule of a security group with a CIDR. */

import type { AuditFinding, AuditView, TerraformBlock, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { databaseInstances, isDatabasePort } from '../shared/database-markers.ts'
import { addressOf, anyText, auditResources, literal, nested } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const managed = auditResources(view, ['aws_db_instance', 'aws_rds_cluster_instance'], (block) => (block.body['publicly_accessible'] === true ? [publicFinding(block, 'publicly_accessible')] : []))
  const machines = databaseInstances(view).filter(({ body }) => body['associate_public_ip_address'] === true || /public/i.test(anyText(body['subnet_id']))).map((block) => ({ of: block, ...publicFinding(block, block.body['associate_public_ip_address'] === true ? 'associate_public_ip_address' : 'subnet_id') }))
  const inline = auditResources(view, ['aws_security_group'], (block) => nested(block.body, 'ingress').flatMap(({ body, path }) => cidrFinding(block, body, path)))
  const rules = auditResources(view, ['aws_security_group_rule', 'aws_vpc_security_group_ingress_rule'], (block) => (literal(block.body, 'type') === 'egress' ? [] : cidrFinding(block, block.body, [])))
  return [...managed, ...machines, ...inline, ...rules]
}

type Fault = Omit<AuditFinding, 'of'>

function publicFinding(block: TerraformBlock, name: string): Fault {
  return { path: [name], summary: `${addressOf(block)} is a database that gets a public address`, advice: 'Put it into a private subnet, and reach it through a bastion, a VPN or a session manager.', cause: 'a public address', severity: 1 }
}

function cidrFinding(block: TerraformBlock, rule: TerraformBody, path: readonly (string | number)[]): Fault[] {
  const key = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'].find((name) => rule[name] !== undefined)
  const cidrs = key === undefined ? '' : anyText(rule[key])
  if (key === undefined || !isDatabasePort(rule['from_port'], rule['to_port']) || cidrs === '[]') return []
  const world = /0\.0\.0\.0\/0|::\/0/.test(cidrs)
  return [{ path: [...path, key], summary: `${addressOf(block)} opens a database port to ${world ? 'the whole world' : 'a range of addresses'}`, advice: 'Name the security group of the application tier as the source.', cause: world ? 'open to the world' : 'open to addresses', severity: world ? 1 : 3 }]
}

export const terraformDatabaseExposed: AuditRule = {
  id: 'terraform-database-exposed',
  title: 'A database that is open to addresses',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a rule whose source is a security group', 'a wide range of ports for something else', 'an egress rule'],
  prevention: 'Security groups as sources, private subnets for state.',
  sources: [{ title: 'Security group rules', url: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html' }],
  reviewBy: '2027-06-30',
}
