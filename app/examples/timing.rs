#[path = "gallery/samples.rs"]
#[allow(warnings)]
mod samples;
fn main() {
    for (name, page, frame) in samples::all().into_iter().filter(|s| !s.0.ends_with(".es")) {
        for _ in 0..20 {
            std::hint::black_box(app::page::render(&page, &frame));
        }
        let t = std::time::Instant::now();
        for _ in 0..500 {
            std::hint::black_box(app::page::render(&page, &frame));
        }
        println!("{:22} {:?} {}", name, t.elapsed() / 500, app::page::render(&page, &frame).len());
    }
}
