/** Disks and databases that are not encrypted. A bucket is, since 2023, also without a word; a disk only where the account says so. */

import type { AuditFinding, AuditView, FieldPath, TerraformBody } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources, nested } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const disks = auditResources(view, ['aws_ebs_volume', 'aws_efs_file_system'], (block) => (isOff(block.body['encrypted']) ? [{ path: ['encrypted'], summary: `${addressOf(block)} is not encrypted`, advice: 'encrypted = true' }] : []))
  const databases = auditResources(view, ['aws_db_instance', 'aws_rds_cluster', 'aws_docdb_cluster', 'aws_neptune_cluster'], (block) => (isOff(block.body['storage_encrypted']) && block.body['snapshot_identifier'] === undefined && block.body['replicate_source_db'] === undefined ? [{ path: ['storage_encrypted'], summary: `${addressOf(block)} is not encrypted`, advice: 'storage_encrypted = true; it cannot be switched on later.' }] : []))
  const instances = auditResources(view, ['aws_instance'], (block) => blockDevices(block.body).filter(({ body }) => isOff(body['encrypted']) && body['snapshot_id'] === undefined).map(({ path }) => ({ path, summary: `a disk of ${addressOf(block)} is not encrypted`, advice: 'encrypted = true' })))
  return [...disks, ...databases, ...instances]
}

function blockDevices(body: TerraformBody): { readonly body: TerraformBody; readonly path: FieldPath }[] {
  return ['root_block_device', 'ebs_block_device'].flatMap((name) => nested(body, name))
}

/** An expression may well be true. */
function isOff(value: unknown): boolean {
  return value === undefined || value === false || value === null
}

export const terraformStorageUnencrypted: AuditRule = {
  id: 'terraform-storage-unencrypted',
  title: 'Storage that is not encrypted',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['an S3 bucket without a block for it: encrypted by default since January 2023', 'a value from a variable', 'a copy of a snapshot, which is as its source was'],
  prevention: 'Encryption by default in each region of the account, and said in each resource.',
  sources: [
    { title: 'Amazon EBS encryption', url: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html' },
    { title: 'S3 default encryption', url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html' },
  ],
  reviewBy: '2027-06-30',
}
