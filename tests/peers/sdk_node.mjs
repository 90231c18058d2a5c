// Drives the demo org with Okta's official Node SDK, unmodified.
//
//     node sdk_node.mjs --url http://127.0.0.1:PORT --token TOKEN --posternctl PROGRAM
//
// The SDK is looked for where NODE_PATH or the current directory's node_modules has it. Prints one line per failure and
// `N passed, M failed` at the end; the exit code is 1 when anything failed. The org has to be a fresh demo org.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { url: { type: 'string' }, token: { type: 'string' }, posternctl: { type: 'string' } },
});
// An ES module can't be found through NODE_PATH, a required one can; the working directory comes second.
const load = () => {
  try {
    return createRequire(import.meta.url)('@okta/okta-sdk-nodejs');
  } catch {
    return createRequire(`${process.cwd()}/`)('@okta/okta-sdk-nodejs');
  }
};
const okta = load();
const client = new okta.Client({ orgUrl: values.url, token: values.token });

// The first `most` items of a collection, which the SDK pages through by following `next`.
async function take(collection, most) {
  const items = [];
  for await (const item of await collection) {
    items.push(item);
    if (items.length >= most) break;
  }
  return items;
}

async function fails(promise, status, code) {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, 'expected an error');
  assert.equal(error.status, status);
  if (code) assert.equal(error.errorCode, code);
}

// The search index lags behind writes: what it finds is read again by id.
async function deviceIn(status) {
  for (const found of await take(client.deviceApi.listDevices({ search: `status eq "${status}"`, limit: 20 }), 20)) {
    const device = await client.deviceApi.getDevice({ deviceId: found.id }).catch(() => null);
    if (device?.status === status) return device;
  }
  throw new Error(`no device is ${status}`);
}

const checks = {
  async 'tells whose apps are whose'() {
    const users = await take(client.userApi.listUsers({ limit: 40 }), 40);
    const user = users.find((u) => u.status === 'ACTIVE');
    const filter = `user.id eq "${user.id}"`;
    const own = await take(client.applicationApi.listApplications({ filter, limit: 5 }), 100);
    const links = await take(client.userApi.listAppLinks({ userId: user.id }), 100);
    const active = own.filter((app) => app.status === 'ACTIVE').map((app) => app.id).sort();
    assert.deepEqual(links.map((link) => link.appInstanceId).sort(), active);
    assert.ok(own.length > 10);
  },
  async 'pages devices'() {
    const devices = await take(client.deviceApi.listDevices({ limit: 200, expand: 'userSummary' }), 500);
    assert.equal(devices.length, 500);
    assert.equal(new Set(devices.map((d) => d.id)).size, 500);
    const linked = devices.find((d) => d._embedded?.users?.length);
    assert.match(linked._embedded.users[0].user.id, /^00u/);
  },
  async 'searches devices'() {
    const macs = await take(client.deviceApi.listDevices({ search: 'profile.platform eq "MACOS"', limit: 10 }), 10);
    assert.ok(macs.every((d) => d.profile.platform === 'MACOS'));
    await fails(client.deviceApi.listDevices({ search: 'nonsense' }).then((c) => take(c, 1)), 400, 'E0000031');
  },
  async 'moves a device through its life'() {
    const { id: deviceId } = await deviceIn('ACTIVE');
    const status = async () => (await client.deviceApi.getDevice({ deviceId })).status;
    await client.deviceApi.suspendDevice({ deviceId });
    assert.equal(await status(), 'SUSPENDED');
    await client.deviceApi.unsuspendDevice({ deviceId });
    assert.equal(await status(), 'ACTIVE');
    await fails(client.deviceApi.deleteDevice({ deviceId }), 403, 'E0000152');
    await client.deviceApi.deactivateDevice({ deviceId });
    await client.deviceApi.deleteDevice({ deviceId });
    await fails(client.deviceApi.getDevice({ deviceId }), 404, 'E0000007');
  },
  async 'reads and suspends users'() {
    const users = await take(client.userApi.listUsers({ limit: 200 }), 300);
    assert.equal(users.length, 300);
    const user = await client.userApi.getUser({ userId: users[0].profile.login });
    assert.equal(user.id, users[0].id);
    const active = users.find((u) => u.status === 'ACTIVE');
    await client.userApi.suspendUser({ userId: active.id });
    assert.equal((await client.userApi.getUser({ userId: active.id })).status, 'SUSPENDED');
    await client.userApi.unsuspendUser({ userId: active.id });
    await client.userApi.revokeUserSessions({ userId: active.id, oauthTokens: true });
  },
  async 'sets risk at every level'() {
    const [user] = await take(client.userApi.listUsers({ limit: 1 }), 1);
    for (const riskLevel of ['HIGH', 'MEDIUM', 'LOW']) {
      await client.userApi.upsertUserRisk({ userId: user.id, userRiskRequest: { riskLevel } });
      assert.equal((await client.userApi.getUserRisk({ userId: user.id })).riskLevel, riskLevel);
    }
  },
  async 'lists groups, members and apps'() {
    const groups = await take(client.groupApi.listGroups({ limit: 10 }), 100);
    assert.ok(groups.length >= 38);
    assert.equal((await take(client.groupApi.listGroupUsers({ groupId: groups[0].id, limit: 50 }), 120)).length, 120);
    const apps = await take(client.applicationApi.listApplications({ limit: 15 }), 100);
    assert.ok(apps.length >= 38);
    assert.ok(apps.some((app) => app.universalLogout?.status === 'ENABLED'));
  },
  async 'makes a check and a policy that uses it'() {
    const devicePostureCheck = {
      name: 'Node check', variableName: 'nodeCheck', platform: 'MACOS', type: 'CUSTOM', mappingType: 'CHECKBOX',
      query: 'SELECT 1 AS ok;',
    };
    const check = await client.devicePostureCheckApi.createDevicePostureCheck({ devicePostureCheck });
    const policy = await client.deviceAssuranceApi.createDeviceAssurancePolicy({
      deviceAssurance: {
        name: 'Node policy', platform: 'MACOS', screenLockType: { include: ['BIOMETRIC'] },
        devicePostureChecks: { include: [{ variableName: 'nodeCheck', value: '1' }] },
        gracePeriod: { type: 'BY_DURATION', expiry: 'P7D' },
      },
    });
    const read = await client.deviceAssuranceApi.getDeviceAssurancePolicy({ deviceAssuranceId: policy.id });
    assert.equal(read.gracePeriod.expiry, 'P7D');
    await fails(client.devicePostureCheckApi.deleteDevicePostureCheck({ postureCheckId: check.id }), 409);
    await client.deviceAssuranceApi.deleteDeviceAssurancePolicy({ deviceAssuranceId: policy.id });
    await client.devicePostureCheckApi.deleteDevicePostureCheck({ postureCheckId: check.id });
  },
  async 'reads the checks that the console published'() {
    const room = mkdtempSync(join(tmpdir(), 'postern-'));
    const checks = join(room, 'checks');
    const console_ = (...args) => execFileSync(values.posternctl, ['check', ...args], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, POSTERN_TOKEN: values.token, POSTERN_PASSPHRASE: 'of this test' },
    });
    const apply = () => {
      const where = ['--org', values.url, '--data', join(room, 'data')];
      const lines = console_('apply', checks, '--yes', '--format', 'json', ...where).split('\n');
      return lines.filter(Boolean).map((line) => JSON.parse(line));
    };
    try {
      console_('templates', 'windows_firewall', 'macos_firewall', '--write', checks);
      const made = apply();
      assert.deepEqual(made.map((one) => [one.action, one.outcome]), [['create', 'verified'], ['create', 'verified']]);
      for (const { check: postureCheckId, variable_name } of made) {
        const check = await client.devicePostureCheckApi.getDevicePostureCheck({ postureCheckId });
        assert.equal(check.variableName, variable_name);
        assert.equal(check.platform, variable_name.startsWith('mac') ? 'MACOS' : 'WINDOWS');
        assert.match(check.query, /^\s*SELECT/);
        assert.ok(check.remediationSettings.message.customText);
        await client.devicePostureCheckApi.deleteDevicePostureCheck({ postureCheckId });
      }
      // What somebody else deleted is made again.
      assert.deepEqual(apply().map((one) => one.action), ['create', 'create']);
      assert.deepEqual(apply(), []);
    } finally {
      rmSync(room, { recursive: true });
    }
  },
  async 'lists policies and rules'() {
    const policies = await take(client.policyApi.listPolicies({ type: 'ACCESS_POLICY' }), 20);
    assert.ok(policies.length >= 5);
    const rules = await take(client.policyApi.listPolicyRules({ policyId: policies[1].id }), 20);
    assert.equal(rules.at(-1).priority, 99);
  },
  async 'lists every zone'() {
    const zones = await take(client.networkZoneApi.listNetworkZones(), 50);
    assert.ok(zones.some((zone) => zone.type === 'DYNAMIC') && zones.length >= 8);
  },
  async 'finds its own doings in the log'() {
    // A polling list has no end in this SDK, which follows `next` for ever: take what is needed.
    const events = await take(client.systemLogApi.listLogEvents({ sortOrder: 'DESCENDING', limit: 100 }), 100);
    assert.ok(events.some((event) => event.eventType === 'device.lifecycle.suspend'));
    assert.ok(events.some((event) => event.eventType === 'user.risk.detect'));
  },
  async 'refuses a wrong token'() {
    const stranger = new okta.Client({ orgUrl: values.url, token: 'wrong' });
    await fails(stranger.userApi.getUser({ userId: 'me' }), 401, 'E0000011');
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
  } catch (error) {
    failed += 1;
    console.error(`FAILED ${name}: ${error.stack?.split('\n').slice(0, 3).join(' ') ?? error}`);
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
