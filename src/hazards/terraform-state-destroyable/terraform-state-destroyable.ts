/** A disk, database or bucket that a wrong plan may delete with all that is in it. */

import type { AuditFinding, AuditView, TerraformBlock } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { databaseInstances } from '../shared/database-markers.ts'
import { addressOf, nested, resourcesOf } from '../shared/terraform.ts'

const STATEFUL = ['aws_ebs_volume', 'aws_db_instance', 'aws_rds_cluster', 'aws_dynamodb_table', 'aws_efs_file_system', 'aws_docdb_cluster', 'aws_elasticsearch_domain', 'aws_opensearch_domain', 'azurerm_managed_disk', 'azurerm_postgresql_flexible_server', 'google_sql_database_instance', 'google_compute_disk']

function audit(view: AuditView): AuditFinding[] {
  return [...resourcesOf(view, ...STATEFUL), ...databaseInstances(view)].filter((block) => !isProtected(block)).map((block) => ({ of: block, path: ['lifecycle'], summary: `${addressOf(block)} keeps state, and a plan may destroy it`, advice: 'lifecycle { prevent_destroy = true }, and deletion_protection where there is one.' }))
}

function isProtected({ body }: TerraformBlock): boolean {
  return nested(body, 'lifecycle').some(({ body: lifecycle }) => lifecycle['prevent_destroy'] === true) || (body['deletion_protection'] !== undefined && body['deletion_protection'] !== false) || body['deletion_protection_enabled'] === true
}

export const terraformStateDestroyable: AuditRule = {
  id: 'terraform-state-destroyable',
  title: 'State that a plan may destroy',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['deletion protection of the service itself', 'a machine that keeps no state'],
  prevention: 'prevent_destroy on whatever cannot be made again.',
  sources: [{ title: 'Terraform: lifecycle, prevent_destroy', url: 'https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy' }],
  reviewBy: '2027-06-30',
}
