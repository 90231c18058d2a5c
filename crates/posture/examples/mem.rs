use domain::*;
fn main() {
    let q = std::env::args().nth(1).unwrap();
    let s = DeviceState {
        name: "x".into(),
        platform: OsqueryPlatform::Macos,
        source: StateSource::Fixture,
        captured: None,
        tables: [].into(),
    };
    let t = posture::run(&s, &q, &Expect::Checkbox, &posture::Limits::default());
    println!("{:?} {}", t.judgement, t.micros);
    let m = std::fs::read_to_string("/proc/self/status").unwrap();
    for l in m.lines().filter(|l| l.starts_with("VmHWM")) {
        println!("{l}");
    }
}
