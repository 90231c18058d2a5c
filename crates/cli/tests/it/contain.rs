//! `posternctl contain` as scripts see it: nothing is sent that was not confirmed in the plan's own words, the evidence is frozen
//! first, and the journal tells afterwards what became of each step.

use crate::{org, run, sync};
use demo_org::{DemoOrg, Fault, FaultKind, Faults};
use serde_json::Value;

const SUSPEND: &str = "POST /api/v1/users/{id}/lifecycle/suspend";
const LOGOUT: &str = "POST /oauth2/v1/global-token-revocation";

struct Scene {
    org: DemoOrg,
    data: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let (org, data) = (org(60).await, tempfile::tempdir().expect("a folder"));
        sync(&org, data.path()).await;
        Self { org, data }
    }

    async fn ctl(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let folder = self.data.path().to_str().expect("a path");
        let all = [args, &["--org", self.org.url(), "--data", folder]].concat();
        run(&all, &[("POSTERN_TOKEN", self.org.token())]).await
    }

    /// Active people: id, and what their containment asks to be typed: a name that any keyboard writes, or else the login.
    async fn people(&self) -> Vec<(String, String)> {
        let (_, users, err) = self.ctl(&["export", "users", "--format", "jsonl"]).await;
        let users = users.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let active = users.filter(|user| user["status"] == "ACTIVE");
        let ids: Vec<String> = active.filter_map(|user| user["id"].as_str().map(str::to_owned)).collect();
        assert!(ids.len() > 3, "{err}");
        let mut args = vec!["contain", "plan"];
        args.extend(ids.iter().take(4).map(String::as_str));
        let (code, plan, err) = self.ctl(&args).await;
        assert_eq!(code, Some(0), "{err}");
        let plan: Value = serde_json::from_str(&plan).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let people = plan["people"].as_array().expect("people");
        let typed = |one: &Value| {
            let name = text(&one["name"]);
            if name.is_ascii() { name } else { text(&one["login"]) }
        };
        people.iter().map(|one| (text(&one["user"]), typed(one))).collect()
    }

    fn sent(&self) -> u64 {
        self.org.control().calls_to(SUSPEND) + self.org.control().calls_to(LOGOUT)
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_sessions_asks_for_the_name() {
    let scene = Scene::new().await;
    let (id, name) = &scene.people().await[0];
    let run = ["contain", "run", id, "--act", "universal_logout", "--act", "suspend_user"];
    let (code, plan, err) = scene.ctl(&run).await;
    assert_eq!((code, lines(&plan).len()), (Some(0), 1), "{err}");
    assert!(err.contains(&format!("--confirm '{name}'")), "{err}");
    for wrong in ["1", "contain", "", &name.to_uppercase()] {
        let (code, out, err) = scene.ctl(&[&run[..], &["--confirm", wrong]].concat()).await;
        assert_eq!((code, out.as_str()), (Some(2), ""), "{wrong:?}: {err}");
        assert!(err.contains("Nothing was sent"), "{err}");
    }
    assert_eq!(scene.sent(), 0);
    let (_, cases, _) = scene.ctl(&["case", "list"]).await;
    assert_eq!(cases, "", "nothing was frozen either");

    let (code, out, err) = scene.ctl(&[&run[..], &["--confirm", name, "--note", "phished"]].concat()).await;
    assert_eq!(code, Some(0), "{err}");
    let steps = lines(&out);
    let acts: Vec<&Value> = steps.iter().map(|step| &step["act"]).collect();
    assert_eq!(acts, ["universal_logout", "suspend_user"], "in the order of urgency");
    assert!(steps.iter().all(|step| step["state"] == "verified" && step["user"] == **id), "{out}");
    assert_eq!((scene.org.control().calls_to(LOGOUT), scene.org.control().calls_to(SUSPEND)), (1, 1));
    let cases = lines(&scene.ctl(&["case", "list"]).await.1);
    assert_eq!(cases.len(), 1);
    assert!(cases[0]["title"].as_str().is_some_and(|title| title.starts_with("Containment of")), "{cases:?}");

    // What the journal tells needs no org.
    let Scene { org, data } = scene;
    let (url, token, folder) =
        (org.url().to_owned(), org.token().to_owned(), data.path().to_str().expect("a path"));
    org.stop().await;
    let show = async |args: &[&str]| {
        let all = [&["contain", "show"], args, &["--org", &url, "--data", folder]].concat();
        crate::run(&all, &[("POSTERN_TOKEN", &token)]).await
    };
    let (code, out, err) = show(&["1"]).await;
    assert_eq!(code, Some(0), "{err}");
    let told = lines(&out);
    assert_eq!((&told[0]["note"], &told[0]["state"]), (&"phished".into(), &"done".into()));
    assert_eq!(told[1..], steps);
    assert_eq!(lines(&show(&[]).await.1), told[..1]);
    assert_eq!(show(&["9"]).await.0, Some(1), "there is no such containment");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_suspends_asks_for_the_number_and_each_step_stands_by_itself() {
    let scene = Scene::new().await;
    let people = scene.people().await;
    let ids: Vec<&str> = people.iter().take(3).map(|(id, _)| id.as_str()).collect();
    let run = [&["contain", "run"], &ids[..], &["--act", "suspend_user"]].concat();
    let (code, _, err) = scene.ctl(&[&run[..], &["--confirm", "2"]].concat()).await;
    assert_eq!((code, scene.sent()), (Some(2), 0), "{err}");
    // One who is not known would be left out unsaid.
    let nobody = [&run[..], &["00uNobody", "--confirm", "3"]].concat();
    let (code, _, err) = scene.ctl(&nobody).await;
    assert_eq!((code, scene.sent()), (Some(2), 0), "{err}");
    assert!(err.contains("00uNobody"), "{err}");

    let path = format!("/api/v1/users/{}/lifecycle", ids[1]);
    scene.org.control().set_faults(Faults::from(Fault::on(&path, FaultKind::Forbidden)));
    let (code, out, err) = scene.ctl(&[&run[..], &["--confirm", "3"]].concat()).await;
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("2 of 3 verified"), "{err}");
    let rejected: Vec<Value> = lines(&out).into_iter().filter(|step| step["state"] != "verified").collect();
    assert_eq!((rejected.len(), &rejected[0]["user"]), (1, &ids[1].into()));

    for wrong in [&["--act", "delete"][..], &["--act", "revoke_sessions"][..], &[][..]] {
        let (code, out, _) = scene.ctl(&[&["contain", "run", ids[0]], wrong].concat()).await;
        assert_eq!((code, out.as_str()), (Some(2), ""), "{wrong:?}");
    }
    assert_eq!(scene.ctl(&["contain", "plan"]).await.0, Some(2), "whom?");
}
