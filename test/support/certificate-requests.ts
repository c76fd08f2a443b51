/** Requests for certificates that OpenSSL made, in DER and base64; whose keys they were nobody has any more. */

/** ECDSA over P-256; of ann, in the groups shop and web. */
export const ECDSA_REQUEST =
  'MIHlMIGNAgEAMCsxDDAKBgNVBAMMA2FubjENMAsGA1UECgwEc2hvcDEMMAoGA1UECgwDd2ViMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMCFT6PZiv361DiXQNnY7W6rJ+KDM+181GXw0NW1kvvRJRT5I9+niC+6ADq54B4z2vo8cUfOVX5CEa28Xx3uDCKAAMAoGCCqGSM49BAMCA0cAMEQCIA1X8lwxRmojr711DPHlyaah0LbNDXUg0XBwMzVx11NcAiAPoMv0pMje5R/wQKJFb5WLfMQd4CerjM5in2g+eId16Q=='
/** ECDSA too; of root, in the groups shop and system:masters. */
export const MASTERS_REQUEST =
  'MIHyMIGZAgEAMDcxDTALBgNVBAMMBHJvb3QxDTALBgNVBAoMBHNob3AxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMCFT6PZiv361DiXQNnY7W6rJ+KDM+181GXw0NW1kvvRJRT5I9+niC+6ADq54B4z2vo8cUfOVX5CEa28Xx3uDCKAAMAoGCCqGSM49BAMCA0gAMEUCIA+uhtdG16+vxm2tQoQa6AmasOm8IXqqyTCNnXA4dF7hAiEA8uEmioxNP5Qvtt4SWwSgzJrK9HiXSveNc1ukUNkNBOM='
export const ED25519_REQUEST =
  'MIGNMEECAQAwDjEMMAoGA1UEAwwDYW5uMCowBQYDK2VwAyEAvCSGoGlYOTHF+Rt0eGihzt87qEDAaMH5gcY/u/oJLOagADAFBgMrZXADQQDHPrGD0Bc4JTfowUDpLs3szLt3xac5KsaymScj+kjqR6ItIZlFQEyqz2ToynkXzCQPh4xQN3F58COXK1wVjb4D'
export const RSA_REQUEST =
  'MIICYjCCAUoCAQAwHTEMMAoGA1UEAwwDYW5uMQ0wCwYDVQQKDARzaG9wMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsakoPZU6psk0oK86R8VfzrMw9iKL7vIeCPJegNLIDFvDOebKLKoHsjcNfwdYff5LmHMayP60dpXV9EdHKn4Wq7gUJ3wZEvKp99DdWncABsdUd75JrO1hxXtJlQXVsT/Vc4nZkaNSpXkyMcsbIjiQrRlvT2KgMs5NbCXc/vuLcW53S2Qv4VxBF0Mwyj4UfhtB4NWuB8w9J3nackZIYPRmrlxf2h+CYAkFYILHk2XWBwN8/xfE0icfzK9/Shr/vB9luhXc7++rvQlmHEelWLLYrYBFGE0rPfeBXenQAdrJXwjHuQwSbJd/QjskgDCHLZdiaPufZxGHTZ/QgHRr5+EmzQIDAQABoAAwDQYJKoZIhvcNAQELBQADggEBAHUEDtsnk32rkc/LBTPq9VKjmwg/X8OYsG3rX86IyA68mT8DphJXTLMinzlEvR/P+XFcgHzEt+/rYVteMuSBPacSMi2GCUASjpAG4gxVepqYJHMZO6IY56EPJ5mDQhQsgrSiDsmQm45aU3hrIkOnhg75ifHgsH2J8tmJa0Whl19m1xywBGW7vDFikJhqFLlLnk1sBcakIpASlBFwgaIP3NE/hj4iM6INaNkWngHSrAqYYhy4V/mMsR7kRCO3Ru6F9CGVoYRsOGCWT8jynGoA1CDF1L7w4xEileyUrmYJyPzqSJZgDCbtKNOsx+hdmYjW82bZ6ZHKLr9MMyPPp8UtjvI='
/** Signed by itself, for a hundred years. */
export const CERTIFICATE =
  'MIIBMjCB5aADAgECAhQjQqujNrljbp1NCIgm62X32owSejAFBgMrZXAwDjEMMAoGA1UEAwwDYW5uMCAXDTI2MTEyODE5MDUwMFoYDzIxMjYxMTA0MTkwNTAwWjAOMQwwCgYDVQQDDANhbm4wKjAFBgMrZXADIQC8JIagaVg5McX5G3R4aKHO3zuoQMBowfmBxj+7+gks5qNTMFEwHQYDVR0OBBYEFAENId5Xh1S/NJ9vy7FiOgxW2QSwMB8GA1UdIwQYMBaAFAENId5Xh1S/NJ9vy7FiOgxW2QSwMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EARdle7SmbzU1kvP/Er3xg8N3cP1/1BPfogakphaH6xF/Ck3PS9w0etT1oxaLq/W02ZiHhSx7sjkgQjltjxvVqCw=='

/** As a block of PEM, in base64, as an object holds it. */
export function pem(der: string, type = 'CERTIFICATE REQUEST'): string {
  const lines = der.match(/.{1,64}/g) ?? []
  return Buffer.from(`-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`).toString('base64')
}

/** One byte of it is another: what was signed, or the signature. */
export function tampered(der: string, at: number): string {
  const bytes = Buffer.from(der, 'base64')
  bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1
  return bytes.toString('base64')
}
