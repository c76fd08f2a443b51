import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformStoragePublic } from './terraform-storage-public.ts'

test.each([
  { name: 'for everybody', text: 'resource "aws_s3_bucket_acl" "b" {\n acl = "public-read"\n}', want: ['aws_s3_bucket_acl.b acl'] },
  { name: 'the block is off', text: 'resource "aws_s3_bucket_public_access_block" "b" {\n block_public_acls = false\n block_public_policy = true\n}', want: ['aws_s3_bucket_public_access_block.b block_public_acls'] },
  { name: 'Google', text: 'resource "google_storage_bucket_iam_member" "m" {\n role = "roles/storage.objectViewer"\n member = "allUsers"\n}', want: ['google_storage_bucket_iam_member.m member'] },
  { name: 'Azure', text: 'resource "azurerm_storage_account" "s" {\n allow_nested_items_to_be_public = true\n}', want: ['azurerm_storage_account.s allow_nested_items_to_be_public'] },
  { name: 'good', text: 'resource "aws_s3_bucket_acl" "b" {\n acl = "private"\n}', want: [] },
  { name: 'look-alike: a value that only Terraform knows', text: 'resource "aws_s3_bucket_acl" "b" {\n acl = var.acl\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformStoragePublic, text)).toEqual(want))
