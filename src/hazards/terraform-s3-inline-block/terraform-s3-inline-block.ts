/** Settings of a bucket written inside it, as before version 4 of the provider: deprecated, and two sources of one truth. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources } from '../shared/terraform.ts'

const MOVED: Readonly<Record<string, string>> = {
  server_side_encryption_configuration: 'aws_s3_bucket_server_side_encryption_configuration',
  versioning: 'aws_s3_bucket_versioning',
  acl: 'aws_s3_bucket_acl',
  lifecycle_rule: 'aws_s3_bucket_lifecycle_configuration',
  logging: 'aws_s3_bucket_logging',
  website: 'aws_s3_bucket_website_configuration',
  cors_rule: 'aws_s3_bucket_cors_configuration',
  replication_configuration: 'aws_s3_bucket_replication_configuration',
  policy: 'aws_s3_bucket_policy',
}

function audit(view: AuditView): AuditFinding[] {
  return auditResources(view, ['aws_s3_bucket'], (block) =>
    Object.keys(MOVED).filter((name) => block.body[name] !== undefined).map((name) => ({ path: [name], summary: `${addressOf(block)} sets ${name} inside the bucket`, advice: `Use a resource ${MOVED[name] ?? ''}.` })),
  )
}

export const terraformS3InlineBlock: AuditRule = {
  id: 'terraform-s3-inline-block',
  title: 'Settings of a bucket in a place that was given up',
  severity: 4,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['the same settings as resources of their own', 'a resource of another kind with the same block'],
  prevention: 'One resource a concern, as the provider has it since version 4.',
  sources: [{ title: 'AWS provider: version 4 upgrade guide', url: 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-4-upgrade' }],
  reviewBy: '2027-06-30',
}
