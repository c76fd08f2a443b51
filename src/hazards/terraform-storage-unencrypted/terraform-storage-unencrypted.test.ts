import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformStorageUnencrypted } from './terraform-storage-unencrypted.ts'

test.each([
  { name: 'a disk', text: 'resource "aws_ebs_volume" "d" {\n size = 500\n}', want: ['aws_ebs_volume.d encrypted'] },
  { name: 'a disk of a machine', text: 'resource "aws_instance" "db" {\n root_block_device {\n  encrypted = true\n }\n ebs_block_device {\n  device_name = "/dev/sdf"\n }\n}', want: ['aws_instance.db ebs_block_device.0'] },
  { name: 'a database', text: 'resource "aws_db_instance" "d" {\n storage_encrypted = false\n}', want: ['aws_db_instance.d storage_encrypted'] },
  { name: 'good', text: 'resource "aws_ebs_volume" "d" {\n encrypted = true\n}', want: [] },
  { name: 'look-alike: a variable', text: 'resource "aws_ebs_volume" "d" {\n encrypted = var.encrypted\n}', want: [] },
  { name: 'look-alike: a bucket', text: 'resource "aws_s3_bucket" "logs" {\n bucket = "logs"\n}', want: [] },
  { name: 'look-alike: a copy', text: 'resource "aws_db_instance" "d" {\n snapshot_identifier = "s"\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformStorageUnencrypted, text)).toEqual(want))
