-- Purpose: only Apple's own kernel extensions are loaded.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: add the extensions that you allow to the list with __kernel__.
-- May be wrong: it goes by the name, and a name is no signature. Makers have moved to system
--   extensions, which are not meant here.
SELECT COALESCE((
  SELECT MIN(COALESCE(name LIKE 'com.apple.%' OR name IN ('__kernel__'), 0))
  FROM kernel_extensions
), 0) AS pass;
