/** A database on a burstable machine: it runs on saved credits, and slows to a fraction at the hour of most load. */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { databaseInstances } from '../shared/database-markers.ts'
import { addressOf, literal, resourcesOf } from '../shared/terraform.ts'

const BURSTABLE = /^(db\.|cache\.)?t(2|3|3a|4g)\./

function audit(view: AuditView): AuditFinding[] {
  const managed = resourcesOf(view, 'aws_db_instance', 'aws_rds_cluster_instance', 'aws_docdb_cluster_instance').flatMap((block) => burstable(block, 'instance_class'))
  return [...databaseInstances(view).flatMap((block) => burstable(block, 'instance_type')), ...managed]
}

function burstable(block: TerraformBlock, name: string): AuditFinding[] {
  const type = literal(block.body, name)
  if (typeof type !== 'string' || !BURSTABLE.test(type)) return []
  return [{ of: block, path: [name], summary: `${addressOf(block)} runs a database on ${type}, which is burstable`, advice: 'Use a memory-optimised family (r7g, r6i; db.r7g) for production. A development database may stay.' }]
}

export const terraformDatabaseBurstable: AuditRule = {
  id: 'terraform-database-burstable',
  title: 'A database on a burstable machine',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a burstable machine that runs no database', 'a type from a variable', 'a machine that is only called after a database'],
  prevention: 'Fixed-performance families for whatever keeps state.',
  sources: [{ title: 'Burstable performance instances', url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html' }],
  reviewBy: '2027-06-30',
}
