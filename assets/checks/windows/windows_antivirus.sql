-- Purpose: at least one antivirus product is on and has new signatures; of which maker does not
--   matter.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it is what the product tells Windows. On Windows Server there is no such list.
SELECT EXISTS(
  SELECT 1
  FROM windows_security_products
  WHERE type = 'Antivirus'
    AND state = 'On'
    AND signatures_up_to_date = 1
) AS pass;
