import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformS3InlineBlock } from './terraform-s3-inline-block.ts'

const encryption = 'rule {\n apply_server_side_encryption_by_default {\n sse_algorithm = "AES256"\n }\n }'

test.each([
  { name: 'inside the bucket', text: `resource "aws_s3_bucket" "logs" {\n server_side_encryption_configuration {\n ${encryption}\n }\n}`, want: ['aws_s3_bucket.logs server_side_encryption_configuration'] },
  { name: 'good', text: `resource "aws_s3_bucket" "logs" {\n bucket = "logs"\n}\nresource "aws_s3_bucket_server_side_encryption_configuration" "logs" {\n bucket = aws_s3_bucket.logs.id\n ${encryption}\n}`, want: [] },
  { name: 'look-alike: another kind', text: 'resource "aws_lb" "a" {\n logging = true\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformS3InlineBlock, text)).toEqual(want))
