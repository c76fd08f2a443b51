/** A database in one zone, or without backups: the loss of a zone, or of a table, is then final. */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, anyText, auditResources } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const instances = auditResources(view, ['aws_db_instance'], (block) => [...oneZone(block), ...noBackup(block)])
  const clusters = auditResources(view, ['aws_rds_cluster', 'aws_docdb_cluster'], (block) => noBackup(block))
  return [...instances, ...clusters]
}

function oneZone(block: TerraformBlock): Omit<AuditFinding, 'of'>[] {
  const { multi_az: multi, replicate_source_db: replica } = block.body
  if ((multi !== undefined && multi !== false) || replica !== undefined || !isProduction(block)) return []
  return [{ path: ['multi_az'], summary: `${addressOf(block)} is marked production and lives in one zone`, advice: 'multi_az = true', cause: 'one zone' }]
}

/** A service's default is a day for RDS; zero switches them off. */
function noBackup(block: TerraformBlock): Omit<AuditFinding, 'of'>[] {
  const days = block.body['backup_retention_period']
  if (block.body['replicate_source_db'] !== undefined) return []
  if (days === 0) return [{ path: ['backup_retention_period'], summary: `${addressOf(block)} has no backups`, advice: 'backup_retention_period = 7 or more, and try a restore.', cause: 'no backups', severity: 1 }]
  if (days !== undefined || !isProduction(block)) return []
  return [{ path: ['backup_retention_period'], summary: `${addressOf(block)} is marked production and does not say how long backups are kept`, advice: 'backup_retention_period = 7 or more.', cause: 'backups of the default length', severity: 4 }]
}

/** By its own tags, since that is what they are for; a name says nothing. */
function isProduction({ body }: TerraformBlock): boolean {
  return /"?(environment|env|stage|tier)"?\s*[:=]\s*"(prod|production|live)"/i.test(anyText(body['tags']))
}

export const terraformDatabaseFragile: AuditRule = {
  id: 'terraform-database-fragile',
  title: 'A database in one zone or without backups',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a read replica', 'a database that is not marked production, for one zone', 'a value from a variable'],
  prevention: 'Two zones, point-in-time recovery, and a restore that was tried.',
  sources: [
    { title: 'RDS: Multi-AZ deployments', url: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html' },
    { title: 'RDS: automated backups', url: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html' },
  ],
  reviewBy: '2027-06-30',
}
