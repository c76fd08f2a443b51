import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformIamWildcard } from './terraform-iam-wildcard.ts'

const policy = (text: string) => `resource "aws_iam_role_policy" "p" {\n policy = ${text}\n}`
const json = (effect: string, action: string, resource: string) => `jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "${effect}", Action = ["${action}"], Resource = "${resource}" }] })`

test.each([
  { name: 'jsonencode', text: policy(json('Allow', 's3:*', '*')), want: ['aws_iam_role_policy.p policy'] },
  { name: 'a here-document', text: policy('<<EOF\n{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}\nEOF'), want: ['aws_iam_role_policy.p policy'] },
  { name: 'a policy document', text: 'data "aws_iam_policy_document" "d" {\n statement {\n  actions = ["ec2:*"]\n  resources = ["*"]\n }\n}', want: ['aws_iam_policy_document.d statement.0'] },
  { name: 'good', text: policy(json('Allow', 's3:GetObject', 'arn:aws:s3:::b/*')), want: [] },
  { name: 'look-alike: one bucket', text: policy(json('Allow', 's3:*', 'arn:aws:s3:::b/*')), want: [] },
  { name: 'look-alike: one action', text: policy(json('Allow', 'ec2:DescribeTags', '*')), want: [] },
  { name: 'look-alike: denies', text: policy(json('Deny', '*', '*')), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformIamWildcard, text)).toEqual(want))
