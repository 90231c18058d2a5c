-- Purpose: the service of Microsoft Defender for Endpoint runs.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: the name of the service. It fits every agent that has a service of its own.
-- May be wrong: the service may run while the agent has lost its cloud or its licence. Whoever is
--   administrator can make a service of this name.
SELECT EXISTS(
  SELECT 1
  FROM services
  WHERE name = 'Sense'
    AND status = 'RUNNING'
) AS pass;
