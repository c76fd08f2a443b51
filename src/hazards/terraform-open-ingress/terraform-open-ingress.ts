/** Ports of administration or of data that are open to every address: they are found within minutes, and tried from then on. */

import type { AuditFinding, AuditView, FieldPath, TerraformBlock, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, literal, nested, resourcesOf } from '../shared/terraform.ts'

const WORLD = ['0.0.0.0/0', '::/0', '*', 'Internet', 'Any']
/** Remote shells, desktops, databases, caches, brokers, container APIs. */
const GUARDED = [22, 23, 445, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5601, 5672, 5900, 6379, 6443, 9042, 9200, 10250, 11211, 27017]

function audit(view: AuditView): AuditFinding[] {
  const groups = resourcesOf(view, 'aws_security_group', 'aws_default_security_group').flatMap((block) => nested(block.body, 'ingress').flatMap(({ body, path }) => inRule(block, body, path)))
  const rules = resourcesOf(view, 'aws_security_group_rule').filter(({ body }) => literal(body, 'type') === 'ingress').flatMap((block) => inRule(block, block.body, []))
  const single = resourcesOf(view, 'aws_vpc_security_group_ingress_rule').flatMap((block) => inRule(block, block.body, []))
  const google = resourcesOf(view, 'google_compute_firewall').filter(({ body }) => literal(body, 'direction') !== 'EGRESS').flatMap((block) => nested(block.body, 'allow').flatMap(({ body, path }) => found(block, isOpen(block.body['source_ranges']) ? guardedIn(portsOf(body['ports'])) : [], path)))
  const azure = resourcesOf(view, 'azurerm_network_security_rule').filter(({ body }) => literal(body, 'direction') === 'Inbound' && literal(body, 'access') === 'Allow').flatMap((block) => found(block, isOpen(block.body['source_address_prefix']) ? guardedIn(portsOf(block.body['destination_port_range'] ?? block.body['destination_port_ranges'])) : [], []))
  return [...groups, ...rules, ...single, ...google, ...azure]
}

function inRule(block: TerraformBlock, body: TerraformBody, path: FieldPath): AuditFinding[] {
  const open = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'].some((key) => isOpen(body[key]))
  const [from, to] = [literal(body, 'from_port'), literal(body, 'to_port')]
  const all = String(literal(body, 'protocol') ?? literal(body, 'ip_protocol') ?? '') === '-1'
  const ports: [number, number][] = all ? [[0, 65_535]] : typeof from === 'number' || typeof from === 'string' ? [[Number(from), Number(to ?? from)]] : []
  return found(block, open ? guardedIn(ports) : [], path)
}

function isOpen(value: unknown): boolean {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).some((item) => typeof item === 'string' && WORLD.includes(item))
}

/** `["80", "8000-9000"]`, `22`, `*`. */
function portsOf(value: unknown): [number, number][] {
  if (value === undefined) return [[0, 65_535]]
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).flatMap((item): [number, number][] => {
    if (item === '*') return [[0, 65_535]]
    const match = /^(\d+)(?:-(\d+))?$/.exec(String(item))
    return match === null ? [] : [[Number(match[1]), Number(match[2] ?? match[1])]]
  })
}

function guardedIn(ranges: readonly [number, number][]): number[] {
  return GUARDED.filter((port) => ranges.some(([from, to]) => from <= port && port <= to))
}

function found(block: TerraformBlock, ports: readonly number[], path: FieldPath): AuditFinding[] {
  if (ports.length === 0) return []
  const what = ports.length === GUARDED.length ? 'every port' : `port ${ports.slice(0, 4).join(', ')}${ports.length > 4 ? ' and others' : ''}`
  return [{ of: block, path, summary: `${addressOf(block)} opens ${what} to every address`, advice: 'Name the group or the addresses that need it; people come in through a session manager or a VPN.' }]
}

export const terraformOpenIngress: AuditRule = {
  id: 'terraform-open-ingress',
  title: 'Ports that are open to every address',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a web port', 'a group or block of known addresses', 'a rule for what leaves'],
  prevention: 'Groups that name groups, and a policy that refuses 0.0.0.0/0 on such ports.',
  sources: [{ title: 'Amazon VPC: security group rules', url: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html' }],
  reviewBy: '2027-06-30',
}
