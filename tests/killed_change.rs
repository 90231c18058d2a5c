//! Nothing is done twice: `posternctl change` is killed again and again in the middle of a bulk change, and resumed. In the end
//! the org's own log tells of each device at most once, and the journal says what the org has.

use demo_org::{DemoOrg, Fault, FaultKind, Options};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const DEVICES: u64 = 300;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_killed_and_resumed_does_each_device_once() {
    let options = Options { devices: DEVICES, seed: 11, rate_limits: false, ..Options::default() };
    let org = demo_org::start(options).await.expect("a free port");
    let data = tempfile::tempdir().expect("a folder");
    let sync = posternctl(&org, data.path(), &["sync"]).wait_with_output().expect("it ends");
    assert!(sync.status.success(), "{}", String::from_utf8_lossy(&sync.stderr));

    let which = ["change", "suspend", "--filter", "lifecycle=ACTIVE", "--filter", "platform=WINDOWS"];
    let plan = lines(posternctl(&org, data.path(), &which)).remove(0);
    let count = plan["count"].as_u64().expect("a count");
    assert!(count > 60, "{count} devices");
    assert_eq!(
        org.control().calls_to("POST /api/v1/devices/{id}/lifecycle/suspend"),
        0,
        "a plan sends nothing"
    );
    let wrong = posternctl(&org, data.path(), &[&which[..], &["--confirm", "1"]].concat());
    assert_eq!(wrong.wait_with_output().expect("it ends").status.code(), Some(2));

    org.control().set_faults(Fault::on("/api/v1/devices/", FaultKind::Latency { ms: 12 }));
    let (confirm, since) = (count.to_string(), org.control().now());
    let mut child = posternctl(&org, data.path(), &[&which[..], &["--confirm", &confirm]].concat());
    let mut dice = fastrand::Rng::with_seed(5);
    let mut kills = 0;
    loop {
        // The program needs a moment to open its copy before it does anything at all.
        thread::sleep(Duration::from_millis(dice.u64(250..900)));
        if child.try_wait().expect("its state").is_some() {
            break;
        }
        child.kill().expect("it still runs");
        child.wait().expect("it ends");
        kills += 1;
        assert!(kills < 100, "it never ends");
        child = posternctl(&org, data.path(), &["resume", "1"]);
    }
    assert!(kills > 2, "killed only {kills} times");

    let steps = lines(posternctl(&org, data.path(), &["resume", "1"]));
    assert_eq!(steps.len() as u64, count);
    let told = suspensions(&org, since).await;
    for step in steps {
        let device = step["device"].as_str().expect("an id");
        let (state, times) =
            (step["state"].as_str().expect("a state"), told.get(device).copied().unwrap_or(0));
        // A request that the kill cut off before the org read it changed nothing, and is not sent again.
        let wanted = u32::from(state == "verified");
        assert!(["verified", "not_applied"].contains(&state) && times == wanted, "{times} times: {step}");
    }
}

fn posternctl(org: &DemoOrg, data: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(postern_tests::program::built("posternctl").expect("it is built"));
    command.args(arguments).arg("--org").arg(org.url()).arg("--data").arg(data);
    command.env("POSTERN_TOKEN", org.token()).env("POSTERN_PASSPHRASE", "open sesame");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// The JSON lines that it prints.
fn lines(child: Child) -> Vec<Value> {
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    let read = |line: &str| serde_json::from_str(line).expect("JSON");
    let lines: Vec<Value> = text.lines().map(read).collect();
    assert!(!lines.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    lines
}

/// How often the org's log tells of each device that it was suspended since then. Incidents before suspend devices, too.
async fn suspensions(org: &DemoOrg, since: i64) -> BTreeMap<String, u32> {
    org.control().set_faults(demo_org::Faults::none());
    let mut url = format!(
        "{}/api/v1/logs?limit=1000&since={}&filter=eventType%20eq%20%22device.lifecycle.suspend%22",
        org.url(),
        domain::Timestamp(since).to_rfc3339()
    );
    let mut told = BTreeMap::new();
    loop {
        let token = format!("SSWS {}", org.token());
        let reply =
            reqwest::Client::new().get(&url).header("authorization", token).send().await.expect("an answer");
        let next = reply.headers().get_all("link").iter().find_map(|line| {
            let line = line.to_str().ok()?;
            line.contains("rel=\"next\"").then(|| line.split(['<', '>']).nth(1).map(str::to_owned))?
        });
        let events: Vec<Value> = reply.json().await.expect("events");
        for target in events.iter().flat_map(|event| event["target"].as_array().into_iter().flatten()) {
            if let Some(id) = target["id"].as_str() {
                *told.entry(id.to_owned()).or_default() += 1;
            }
        }
        match next {
            Some(next) if !events.is_empty() => url = next,
            _ => return told,
        }
    }
}
