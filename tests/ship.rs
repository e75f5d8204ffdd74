//! Exports against the engine: every sample plan is exported, read back by the page's own interpreter and compared.

#[path = "interop/plans.rs"]
mod plans;

use atelier::ship::onnx;
use atelier::ship::onnx::read::check;

#[test]
fn every_plan_that_is_exported_answers_as_the_engine_does() {
    let mut wrong = Vec::new();
    for sample in plans::all() {
        let outcome = match onnx(&sample.plan, &sample.id, &[]) {
            Err(unsupported) => format!("not supported: {}", unsupported.why),
            Ok(onnx) => match check(&onnx.bytes, &sample.plan, &sample.table) {
                Err(problem) => format!("{problem}"),
                Ok(difference) if difference.rows == sample.table.rows() => {
                    println!("{:30} {:8} bytes, {} rows, {:.1e}", sample.id, onnx.bytes.len(), difference.rows, difference.largest);
                    continue;
                }
                Ok(difference) => format!("only {} rows", difference.rows),
            },
        };
        wrong.push(format!("{}: {outcome}", sample.id));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
