//! A hundred steps of every optimiser on three functions against PyTorch, in 64 bits.

use super::support::{Check, figures, flat};
use atelier::learn::network::{Optimizer, optimizer, optimizer::Rule};
use atelier::num::float;

/// The gradient of a function of few parameters.
type Gradient = fn(&[f64]) -> Vec<f64>;

fn quadratic(p: &[f64]) -> Vec<f64> {
    vec![p[0], 10.0 * p[1], 100.0 * p[2]]
}

fn rosenbrock(p: &[f64]) -> Vec<f64> {
    let bend = p[1] - p[0] * p[0];
    vec![-2.0 * (1.0 - p[0]) - 400.0 * bend * p[0], 200.0 * bend]
}

/// The logistic loss of twenty rows that are made by formula.
fn logistic(p: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; 3];
    for row in 0..20 {
        let row = f64::from(row);
        let x: Vec<f64> = (0..3).map(|column| float::sin(1.0 + 3.0 * row + 7.0 * f64::from(column))).collect();
        let y = if x[0] - 0.5 * x[1] + 0.3 * float::cos(5.0 * row) > 0.0 { 1.0 } else { 0.0 };
        let z: f64 = x.iter().zip(p).map(|(x, p)| x * p).sum();
        gradient.iter_mut().zip(&x).for_each(|(g, x)| *g += (float::sigmoid(z) - y) * x / 20.0);
    }
    gradient
}

#[test]
fn a_hundred_steps_on_three_functions() {
    let figures = &figures("optimisers")["figures"];
    let after: Vec<usize> = flat(&figures["after"]).into_iter().map(|step| step as usize).collect();
    let adam = (0.9, 0.999);
    let rules = [
        ("sgd", Rule::Sgd),
        ("momentum", Rule::Momentum { momentum: 0.9, nesterov: false }),
        ("nesterov", Rule::Momentum { momentum: 0.9, nesterov: true }),
        ("rmsprop", Rule::RmsProp),
        ("adagrad", Rule::Adagrad),
        ("adadelta", Rule::Adadelta),
        ("adam", Rule::Adam { beta1: adam.0, beta2: adam.1 }),
        ("adamw", Rule::Adam { beta1: adam.0, beta2: adam.1 }),
        ("nadam", Rule::Nadam { beta1: adam.0, beta2: adam.1 }),
        ("rprop", Rule::Rprop),
        ("lbfgs", Rule::Lbfgs),
        ("lion", Rule::Lion { beta1: 0.9, beta2: 0.99 }),
    ];
    let functions: [(&str, Gradient, &[f64]); 3] =
        [("quadratic", quadratic, &[1.0, -2.0, 0.5]), ("rosenbrock", rosenbrock, &[-1.2, 1.0]), ("logistic", logistic, &[0.1, -0.2, 0.3])];
    let mut check = Check::default();
    for (function, gradient, start) in functions {
        for (name, rule) in rules {
            let run = &figures["runs"][format!("{function}/{name}")];
            let rate = run["rate"].as_f64().expect("a rate");
            let mut parameters = start.to_vec();
            let mut optimizer = Optimizer::new(rule, parameters.len());
            for step in 1..=100 {
                let gradients = gradient(&parameters);
                if name == "adamw" {
                    optimizer::decay(&mut parameters, rate, 0.01);
                }
                optimizer.step(&mut parameters, &gradients, rate);
                if let Some(place) = after.iter().position(|&after| after == step) {
                    check.close_all(&format!("{function} {name} after {step}"), &parameters, &run["iterates"][place], 1e-6);
                }
            }
        }
    }
    check.end();
}
