-- Purpose: the system extension of Microsoft Defender is activated and enabled.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: the extension may be on while the agent has lost its cloud or its licence. Names
--   and team are the maker's and may change with a new product.
SELECT EXISTS(
  SELECT 1
  FROM system_extensions
  WHERE identifier = 'com.microsoft.wdav.epsext'
    AND team = 'UBF8T346G9'
    AND state = 'activated_enabled'
) AS pass;
