/** A bucket that everybody may read, or that is no longer kept from it. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources, literal } from '../shared/terraform.ts'

const BLOCKS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'] as const

function audit(view: AuditView): AuditFinding[] {
  return [
    ...auditResources(view, ['aws_s3_bucket', 'aws_s3_bucket_acl'], (block) => (/^public-|^authenticated-read$/.test(String(literal(block.body, 'acl') ?? '')) ? [{ path: ['acl'], summary: `${addressOf(block)} is for everybody: ${String(literal(block.body, 'acl'))}`, advice: 'Private, with a distribution or signed addresses in front of it.' }] : [])),
    ...auditResources(view, ['aws_s3_bucket_public_access_block', 'aws_s3_account_public_access_block'], (block) => BLOCKS.filter((name) => literal(block.body, name) === false).map((name) => ({ path: [name], summary: `${addressOf(block)} switches ${name} off`, advice: `${name} = true` }))),
    ...auditResources(view, ['google_storage_bucket_iam_member', 'google_storage_bucket_iam_binding', 'google_storage_bucket_access_control'], (block) => {
      const field = ['member', 'members', 'entity'].find((name) => /\ball(Authenticated)?Users\b/.test(JSON.stringify(block.body[name] ?? '')))
      return field === undefined ? [] : [{ path: [field], summary: `${addressOf(block)} is for everybody`, advice: 'Name the accounts.' }]
    }),
    ...auditResources(view, ['azurerm_storage_account'], (block) => (literal(block.body, 'allow_nested_items_to_be_public') === true ? [{ path: ['allow_nested_items_to_be_public'], summary: `${addressOf(block)} lets its containers be for everybody`, advice: 'allow_nested_items_to_be_public = false' }] : [])),
  ]
}

export const terraformStoragePublic: AuditRule = {
  id: 'terraform-storage-public',
  title: 'Storage that everybody may read',
  severity: 2,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a private bucket', 'a website that a distribution stands in front of', 'a value that only Terraform knows'],
  prevention: 'The block of the whole account, and exceptions by name.',
  sources: [{ title: 'Amazon S3: blocking public access', url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html' }],
  reviewBy: '2027-06-30',
}
