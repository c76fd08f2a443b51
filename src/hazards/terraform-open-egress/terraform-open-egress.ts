/** Everything may go anywhere: what was stolen leaves unhindered. */

import type { AuditFinding, AuditView, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, anyText, auditResources, literal, nested } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const finding = (address: string, path: readonly (string | number)[]): Omit<AuditFinding, 'of'> => ({ path, summary: `${address} lets everything out to everywhere`, advice: 'Name the ports and the destinations (endpoints of the VPC, a proxy).' })
  const inline = auditResources(view, ['aws_security_group'], (block) => nested(block.body, 'egress').filter(({ body }) => isOpen(body)).map(({ path }) => finding(addressOf(block), path)))
  const rules = auditResources(view, ['aws_security_group_rule', 'aws_vpc_security_group_egress_rule'], (block) => (literal(block.body, 'type') !== 'ingress' && isOpen(block.body) ? [finding(addressOf(block), [])] : []))
  return [...inline, ...rules]
}

function isOpen(body: TerraformBody): boolean {
  const all = ['-1', 'all'].includes(String(body['protocol'] ?? body['ip_protocol'] ?? ''))
  return all && ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'].some((name) => /0\.0\.0\.0\/0|::\/0/.test(anyText(body[name])))
}

export const terraformOpenEgress: AuditRule = {
  id: 'terraform-open-egress',
  title: 'Everything may leave to everywhere',
  severity: 5,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['HTTPS only', 'all ports to one group'],
  prevention: 'Outward rules as narrow as inward ones for what holds data.',
  sources: [{ title: 'Security group rules', url: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html' }],
  reviewBy: '2027-06-30',
}
