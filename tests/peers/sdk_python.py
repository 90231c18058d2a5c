"""Drives the demo org with Okta's official Python SDK, unmodified.

    python sdk_python.py --url http://127.0.0.1:PORT --token TOKEN --posternctl PROGRAM

Prints one line per failure and `N passed, M failed` at the end; the exit code is 1 when anything failed.
The org has to be a fresh demo org: the script changes devices, users and policies.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import traceback
from urllib.parse import parse_qs, urlparse
from urllib.request import Request, urlopen

# The SDK insists on https unless told otherwise, and reads settings and proxies from its surroundings.
os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"
for name in list(os.environ):
    if name.startswith("OKTA_CLIENT_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
        del os.environ[name]

from okta.client import Client  # noqa: E402
from okta import models  # noqa: E402

CHECKS = []


def check(function):
    """Marks a function as one check."""
    CHECKS.append(function)
    return function


def good(answer):
    """The data of an SDK answer `(data, response, error)`; raises its error."""
    data, error = answer[0], answer[-1]
    if error is not None:
        raise AssertionError(f"the SDK reports: {error}")
    return data


def bad(answer, status, code):
    """Asserts that an SDK answer is this error."""
    error = answer[-1]
    assert error is not None, "expected an error"
    assert getattr(error, "status", None) == status, f"status {getattr(error, 'status', None)}: {error}"
    assert getattr(error, "error_code", None) == code, f"code {getattr(error, 'error_code', None)}: {error}"


def next_cursor(response):
    """`after` of the next page. The SDK shows the headers; a page has one Link line per relation."""
    headers = response.headers if hasattr(response, "headers") else response.get_headers()
    lines = headers.getall("Link", []) if hasattr(headers, "getall") else [headers.get("Link") or ""]
    for line in ", ".join(lines).split(", "):
        if 'rel="next"' in line:
            return parse_qs(urlparse(line[line.index("<") + 1 : line.index(">")]).query)["after"][0]
    return None


async def pages(call, **parameters):
    """All items of a paged list."""
    items, after = [], None
    while True:
        data, response, error = await call(after=after, **parameters) if after else await call(**parameters)
        if error is not None:
            raise AssertionError(f"the SDK reports: {error}")
        items.extend(data)
        after = next_cursor(response)
        if after is None:
            return items


async def device_with(client, status, **more):
    """A device in a status. The search index lags behind writes, so what it finds is read again by id."""
    for found in good(await client.list_devices(search=f'status eq "{status}"', limit=20, **more)):
        answer = await client.get_device(found.id)
        if answer[-1] is None and answer[0].status.value == status:
            return answer[0]
    raise AssertionError(f"no device is {status}")


@check
async def lists_and_pages_devices(client):
    devices = await pages(client.list_devices, limit=200)
    assert len(devices) >= 400, f"{len(devices)} devices"
    assert len({d.id for d in devices}) == len(devices), "a device came twice"
    platforms = {d.profile.platform.value for d in devices}
    assert platforms == {"WINDOWS", "MACOS", "IOS", "ANDROID"}, platforms
    assert {"ACTIVE", "SUSPENDED", "DEACTIVATED"} <= {d.status.value for d in devices}


@check
async def expands_users_of_devices(client):
    devices = good(await client.list_devices(limit=50, expand="userSummary"))
    linked = [d for d in devices if d.embedded and d.embedded.users]
    assert linked, "no device has users"
    link = linked[0].embedded.users[0]
    assert link.management_status in ("MANAGED", "NOT_MANAGED"), link.management_status
    assert link.user.id.startswith("00u"), link.user.id


@check
async def searches_devices(client):
    macs = good(await client.list_devices(search='profile.platform eq "MACOS" and status eq "ACTIVE"', limit=20))
    assert macs and all(d.profile.platform.value == "MACOS" and d.status.value == "ACTIVE" for d in macs)
    serial = next(d.profile.serial_number for d in macs if d.profile.serial_number)
    found = good(await client.list_devices(search=f'profile.serialNumber eq "{serial}"'))
    assert serial in {d.profile.serial_number for d in found}
    bad(await client.list_devices(search="platform is mac"), 400, "E0000031")


@check
async def reads_a_device_and_its_users(client):
    first = await device_with(client, "ACTIVE")
    device = good(await client.get_device(first.id))
    assert device.id == first.id and device.profile.display_name == first.profile.display_name
    users = good(await client.list_device_users(first.id))
    assert isinstance(users, list)
    bad(await client.get_device("guo00000000000000000"), 404, "E0000007")


@check
async def moves_a_device_through_its_life(client):
    device = await device_with(client, "ACTIVE")

    async def status():
        return good(await client.get_device(device.id)).status.value

    for call, wanted in (
        (client.suspend_device, "SUSPENDED"),
        (client.unsuspend_device, "ACTIVE"),
        (client.deactivate_device, "DEACTIVATED"),
        (client.activate_device, "ACTIVE"),
    ):
        good(await call(device.id))
        assert await status() == wanted, f"{call.__name__}: {await status()}"
    bad(await client.delete_device(device.id), 403, "E0000152")
    good(await client.deactivate_device(device.id))
    good(await client.delete_device(device.id))
    bad(await client.get_device(device.id), 404, "E0000007")


@check
async def logs_what_was_done(client):
    device = await device_with(client, "ACTIVE")
    good(await client.suspend_device(device.id))
    filter_ = f'eventType eq "device.lifecycle.suspend" and target.id eq "{device.id}"'
    events = good(await client.list_log_events(filter=filter_, limit=100))
    assert events, "the suspension was not logged"
    assert events[-1].event_type == "device.lifecycle.suspend"
    assert events[-1].target[0].id == device.id
    good(await client.unsuspend_device(device.id))


@check
async def reads_the_log_forwards_and_backwards(client):
    data, response, error = await client.list_log_events(limit=200)
    assert error is None, error
    times = [event.published for event in data]
    assert len(times) == 200
    after = next_cursor(response)
    assert after, "polling always goes on"
    more = good(await client.list_log_events(after=after, limit=200))
    assert not {event.uuid for event in data} & {event.uuid for event in more}, "an event came twice"
    newest = good(await client.list_log_events(sort_order="DESCENDING", limit=50))
    assert [e.published for e in newest] == sorted((e.published for e in newest), reverse=True)
    bad(await client.list_log_events(filter='eventType co'), 400, "E0000053")


@check
async def lists_and_reads_users(client):
    users = await pages(client.list_users, limit=200)
    assert len(users) > 300 and len({u.id for u in users}) == len(users)
    assert all(u.status.value != "DEPROVISIONED" for u in users)
    user = good(await client.get_user(users[0].id))
    assert user.profile.login == users[0].profile.login
    assert good(await client.get_user(user.profile.login)).id == user.id
    bad(await client.get_user("00u00000000000000000"), 404, "E0000007")
    gone = good(await client.list_users(search='status eq "DEPROVISIONED"', limit=5))
    assert gone and all(u.status.value == "DEPROVISIONED" for u in gone)


@check
async def finds_users(client):
    some = good(await client.list_users(limit=1))[0]
    assert some.id in {u.id for u in good(await client.list_users(filter=f'profile.login eq "{some.profile.login}"'))}
    assert good(await client.list_users(q=some.profile.login[:8]))
    ordered = good(await client.list_users(search='status eq "ACTIVE"', sort_by="profile.login", sort_order="desc", limit=20))
    logins = [u.profile.login for u in ordered]
    assert logins == sorted(logins, reverse=True), logins


@check
async def suspends_a_user(client):
    user = good(await client.list_users(search='status eq "ACTIVE"', limit=1))[0]
    good(await client.suspend_user(user.id))
    assert good(await client.get_user(user.id)).status.value == "SUSPENDED"
    good(await client.unsuspend_user(user.id))
    assert good(await client.get_user(user.id)).status.value == "ACTIVE"
    good(await client.revoke_user_sessions(user.id))


@check
async def reads_devices_and_groups_of_a_user(client):
    devices = good(await client.list_devices(search='status eq "ACTIVE"', expand="userSummary", limit=20))
    # The search lags behind writes: a device that an earlier check deleted may still be found, but not read.
    there = [d for d in devices if d.embedded and d.embedded.users and (await client.get_device(d.id))[-1] is None]
    linked = there[0]
    user = linked.embedded.users[0].user.id
    assert linked.id in {link.device.id for link in good(await client.list_user_devices(user))}
    assert "Everyone" in {g.profile.actual_instance.name if hasattr(g.profile, "actual_instance") else g.profile.name
                          for g in good(await client.list_user_groups(user))}


@check
async def sets_and_reads_risk(client):
    user = good(await client.list_users(search='status eq "ACTIVE"', limit=1))[0].id
    good(await client.upsert_user_risk(user, models.UserRiskRequest(risk_level="HIGH")))
    risk = good(await client.get_user_risk(user))
    risk = getattr(risk, "actual_instance", risk)
    assert risk.risk_level == "HIGH", risk


@check
async def lists_groups_and_members(client):
    groups = await pages(client.list_groups, limit=15)
    assert len(groups) >= 38, len(groups)
    members = good(await client.list_group_users(groups[0].id, limit=50))
    assert len(members) == 50


@check
async def lists_apps(client):
    apps = await pages(client.list_applications, limit=20)
    assert len(apps) >= 38, len(apps)
    app = good(await client.get_application(apps[5].id))
    assert app.label == apps[5].label


@check
async def tells_whose_apps_are_whose(client):
    [user] = [u for u in good(await client.list_users(limit=40)) if u.status == "ACTIVE"][:1]
    own = await pages(client.list_applications, filter=f'user.id eq "{user.id}"', limit=5)
    links = good(await client.list_app_links(user.id))
    active = {app.id for app in own if app.status == "ACTIVE"}
    assert active == {link.app_instance_id for link in links}, (len(active), len(links))
    assert len(own) > 10, len(own)


@check
async def lists_rules_of_threat_protection(client):
    # The SDK does not know policies of type SESSION_VIOLATION_DETECTION.
    for kind, least in [("ENTITY_RISK", 7), ("POST_AUTH_SESSION", 2)]:
        [policy] = good(await client.list_policies(type=kind))
        rules = good(await client.list_policy_rules(policy.id))
        assert len(rules) >= least, (kind, len(rules))


@check
async def changes_device_assurance(client):
    # The SDK takes the checks that a policy names for texts and fails on a list with such a policy; read without it.
    asked = Request(f"{URL}/api/v1/device-assurances", headers={"Authorization": f"SSWS {TOKEN}"})
    with urlopen(asked, timeout=30) as answer:
        before = json.load(answer)
    assert {p["platform"] for p in before} == {"MACOS", "WINDOWS", "IOS", "ANDROID", "CHROMEOS"}
    wish = models.DeviceAssuranceMacOSPlatform(
        name="SDK test", platform="MACOS", os_version={"minimum": "15.1.0"},
        disk_encryption_type={"include": ["ALL_INTERNAL_VOLUMES"]},
    )
    made = good(await client.create_device_assurance_policy(wish))
    made = getattr(made, "actual_instance", made)
    assert made.id.startswith("dae") and made.name == "SDK test"
    wish.name = "SDK test, renamed"
    good(await client.replace_device_assurance_policy(made.id, wish))
    read = good(await client.get_device_assurance_policy(made.id))
    assert getattr(read, "actual_instance", read).name == "SDK test, renamed"
    used = next(p for p in before if p["name"] == "macOS – standard")
    assert (await client.delete_device_assurance_policy(used["id"]))[-1].status == 409
    good(await client.delete_device_assurance_policy(made.id))
    bad(await client.get_device_assurance_policy(made.id), 404, "E0000007")


@check
async def lists_posture_checks_and_integrations(client):
    custom = good(await client.list_device_posture_checks())
    builtin = good(await client.list_default_device_posture_checks())
    assert len(custom) >= 6 and len(builtin) >= 3
    integrations = good(await client.list_device_integrations())
    assert "com.okta.device.osquery" in {i.name for i in integrations}


@check
async def changes_posture_checks(client):
    def wish(query, variable="sdkCheck"):
        return models.DevicePostureCheck(
            name="SDK test", description="For a moment", variable_name=variable, platform="MACOS", type="CUSTOM",
            mapping_type="CHECKBOX", query=query,
        )

    made = good(await client.create_device_posture_check(wish("SELECT 1;")))
    assert made.id.startswith("dch") and made.query == "SELECT 1;"
    good(await client.replace_device_posture_check(made.id, wish("SELECT 0;")))
    assert good(await client.get_device_posture_check(made.id)).query == "SELECT 0;"
    bad(await client.create_device_posture_check(wish("SELECT 1;")), 400, "E0000001")
    used = next(c for c in good(await client.list_device_posture_checks()) if c.variable_name == "nwGatekeeper")
    assert (await client.delete_device_posture_check(used.id))[-1].status == 409
    good(await client.delete_device_posture_check(made.id))
    bad(await client.get_device_posture_check(made.id), 404, "E0000007")


@check
async def changes_policies_and_rules(client):
    policies = good(await client.list_policies(type="ACCESS_POLICY"))
    assert len(policies) == 5, len(policies)
    for kind in ("ENTITY_RISK", "POST_AUTH_SESSION", "OKTA_SIGN_ON", "MFA_ENROLL", "PASSWORD", "IDP_DISCOVERY", "PROFILE_ENROLLMENT"):
        found = good(await client.list_policies(type=kind))
        assert len(found) == 1, f"{kind}: {len(found)}"
        good(await client.list_policy_rules(found[0].id))
    healthy = next(p for p in policies if p.name == "Healthy devices")
    rules = good(await client.list_policy_rules(healthy.id))
    assert rules[-1].priority == 99 and rules[-1].system
    good(await client.deactivate_policy_rule(healthy.id, rules[0].id))
    assert good(await client.get_policy_rule(healthy.id, rules[0].id)).status.value == "INACTIVE"
    good(await client.activate_policy_rule(healthy.id, rules[0].id))
    bad(await client.list_policies(type="NO_SUCH_TYPE"), 400, "E0000002")


@check
async def changes_zones(client):
    # Without the filter the SDK fails on a dynamic zone's list of locations, which it takes for an object.
    zones = good(await client.list_network_zones(filter="system eq true"))
    assert "DefaultExemptIpZone" in {z.name for z in zones}
    wish = models.IPNetworkZone(name="SDK zone", type="IP", gateways=[{"type": "CIDR", "value": "192.0.2.0/28"}])
    made = good(await client.create_network_zone(wish))
    assert (await client.delete_network_zone(made.id))[-1] is not None, "an active zone was deleted"
    good(await client.deactivate_network_zone(made.id))
    good(await client.delete_network_zone(made.id))


@check
async def tells_what_org_it_is(client):
    org = good(await client.get_org_settings())
    assert org.company_name == "Northwind" and org.subdomain == "northwind"
    meta = good(await client.get_wellknown_org_metadata())
    assert getattr(meta.pipeline, "value", meta.pipeline) == "idx"
    assert good(await client.list_features())


@check
async def refuses_a_wrong_token(client):
    config = {"orgUrl": client.get_config()["client"]["orgUrl"] if hasattr(client, "get_config") else URL, "token": "wrong"}
    bad(await Client(config).list_users(limit=1), 401, "E0000011")


def console(*arguments):
    """Runs posternctl on a copy of its own; the JSON lines that it prints."""
    environment = {**os.environ, "POSTERN_TOKEN": TOKEN, "POSTERN_PASSPHRASE": "of this test"}
    command = [POSTERNCTL, *arguments, "--org", URL, "--data", DATA.name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 5), f"{command[1:]} ended with {done.returncode}: {done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines()]


@check
async def sees_what_the_console_says_it_did(client):
    console("sync")
    devices = good(await client.list_devices(search='status eq "ACTIVE"', limit=20))
    chosen = []
    for found in devices:
        # The search index lags behind: a device may be another by now, or gone.
        answer = await client.get_device(found.id)
        if answer[-1] is None and answer[0].status.value == "ACTIVE":
            chosen.append(found.id)
    chosen = chosen[:5]
    [plan] = console("change", "suspend", *chosen)
    assert plan["count"] == len(chosen), plan
    # Somebody else is quicker with one of them.
    good(await client.deactivate_device(chosen[0]))
    steps = console("change", "suspend", *chosen, "--confirm", str(len(chosen)))
    assert {step["device"] for step in steps} == set(chosen), steps
    for step in steps:
        device = good(await client.get_device(step["device"]))
        wanted = ("refused", "DEACTIVATED") if step["device"] == chosen[0] else ("verified", "SUSPENDED")
        assert (step["state"], step["after"]) == wanted, step
        assert device.status.value == step["after"], f"{device.status.value}: {step}"
    filter_ = f'eventType eq "device.lifecycle.suspend" and target.id eq "{chosen[1]}"'
    events = good(await client.list_log_events(filter=filter_, limit=100))
    assert len(events) == 1, f"{len(events)} suspensions are logged"


def texts(check):
    """What a check says, as the SDK reads it."""
    remediation = check.remediation_settings
    return {
        "name": check.name,
        "variable_name": check.variable_name,
        "platform": getattr(check.platform, "value", check.platform).lower(),
        "mapping": getattr(check.mapping_type, "value", check.mapping_type).lower(),
        "query": check.query,
        "remediation.message": remediation and remediation.message and remediation.message.custom_text,
        "remediation.link": remediation and remediation.link and remediation.link.custom_url,
    }


@check
async def reads_the_checks_that_the_console_published(client):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([POSTERNCTL, "check", "templates", "macos_firewall", "--write", folder], check=True, capture_output=True)
        made = good(await client.list_device_posture_checks())
        assert "macos_firewall" not in {check.variable_name for check in made}
        [outcome] = console("check", "apply", folder, "--yes", "--format", "json")
        assert (outcome["action"], outcome["outcome"]) == ("create", "verified"), outcome
        read = good(await client.get_device_posture_check(outcome["check"]))
        file = os.path.join(folder, "macos_firewall.sql")
        with open(file, encoding="utf-8") as query:
            wanted = "".join(line for line in query if not line.startswith("--")).strip()
        assert read.query.strip() == wanted, read.query
        said = texts(read)
        assert said["variable_name"] == "macos_firewall" and said["platform"] == "macos", said
        assert said["remediation.message"] and said["remediation.link"], said
        # The console asks for nothing more, until somebody else changes the check.
        assert console("check", "apply", folder, "--yes", "--format", "json") == []
        read.name = "Renamed by the SDK"
        good(await client.replace_device_posture_check(read.id, read))
        [outcome] = console("check", "apply", folder, "--yes", "--format", "json")
        assert (outcome["action"], outcome["outcome"], outcome["check"]) == ("replace", "verified", read.id), outcome
        assert texts(good(await client.get_device_posture_check(read.id))) == said
        filter_ = f'eventType sw "device.posture" and target.id eq "{read.id}"'
        events = good(await client.list_log_events(filter=filter_, limit=100))
        assert len(events) == 3, [event.event_type for event in events]
        good(await client.delete_device_posture_check(read.id))


async def run(url, token):
    failed = 0
    for function in CHECKS:
        client = Client({"orgUrl": url, "token": token})
        try:
            await function(client)
        except Exception as error:  # every failure is reported, none stops the rest
            failed += 1
            print(f"FAILED {function.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
            if os.environ.get("VERBOSE"):
                traceback.print_exc()
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--posternctl", required=True, help="the built program")
    arguments = parser.parse_args()
    URL, TOKEN, POSTERNCTL = arguments.url, arguments.token, arguments.posternctl
    DATA = tempfile.TemporaryDirectory()
    sys.exit(asyncio.run(run(arguments.url, arguments.token)))
