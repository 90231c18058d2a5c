-- Purpose: a TPM of version 2.0 is enabled and activated.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it tells that the chip is ready, not that BitLocker uses it.
SELECT EXISTS(
  SELECT 1
  FROM tpm_info
  WHERE enabled = 1
    AND activated = 1
    AND spec_version LIKE '2.0%'
) AS pass;
