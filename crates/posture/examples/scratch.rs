//! scratch
use domain::*;
use posture::*;
use std::time::Instant;
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(2000);
    let t = Instant::now();
    let c = Catalogue::shipped();
    println!("catalogue {:?} {}", t.elapsed(), c.tables.len());
    let t = Instant::now();
    let l = library::templates();
    println!("library {:?} {}", t.elapsed(), l.len());
    for t in l.iter().take(12) {
        let s = Instant::now();
        let r = lint::lint(c, t.check.content.platform, t.check.content.mapping, &t.check.content.query);
        println!("lint {} {:?} {}", t.id, s.elapsed(), r.findings.len());
    }
    for (p, ids) in [
        (
            OsqueryPlatform::Macos,
            ["macos_os_version", "macos_firewall", "macos_disk_encryption", "macos_screen_lock"],
        ),
        (
            OsqueryPlatform::Windows,
            ["windows_os_version", "windows_firewall", "windows_disk_encryption", "windows_screen_lock"],
        ),
    ] {
        let states: Vec<_> = states::shipped().iter().filter(|s| s.platform == p).collect();
        let json: Vec<String> = states.iter().map(|s| serde_json::to_string(s).unwrap()).collect();
        let t = Instant::now();
        for i in 0..n {
            let s: DeviceState = serde_json::from_str(&json[i % json.len()]).unwrap();
            std::hint::black_box(&s);
        }
        println!("parse {:?}", t.elapsed() / n as u32);
        for tables in [["alf"], ["os_version"], ["registry"], ["managed_policies"]] {
            let t = Instant::now();
            for i in 0..n {
                let s: DeviceState = states::read_part(&json[i % json.len()], &tables).unwrap();
                std::hint::black_box(&s);
            }
            println!("part {tables:?} {:?}", t.elapsed() / n as u32);
        }
        for id in ids {
            let q = &library::template(id).unwrap().check.content.query;
            let mut e = Engine::new(p).unwrap();
            let t = Instant::now();
            let mut pass = 0;
            for i in 0..n {
                let tr = e.run(states[i % states.len()], q, &Expect::Checkbox, &Limits::of(p));
                pass += usize::from(tr.judgement == Judgement::Pass);
            }
            println!("{id} {:?} pass {pass}", t.elapsed() / n as u32);
        }
    }
}
