-- Purpose: Windows' own firewall is on for domain, private and public networks.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it reads the local setting: a group policy, kept elsewhere in the registry, may
--   override it. A firewall of another maker is not seen.
SELECT COUNT(DISTINCT path) = 3 AS pass
FROM registry
WHERE path IN (
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile\EnableFirewall',
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile\EnableFirewall',
    'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile\EnableFirewall'
  )
  AND CAST(data AS INTEGER) = 1;
