//! The arithmetic of networks against PyTorch, in 64 bits.

use super::support::{Check, figures, flat};
use atelier::base::{Job, Params, Task};
use atelier::learn::network::{Decline, Dropout, Hidden, Initialiser, Loss, Network, Optimizer, Pass, Schedule, Softening};
use atelier::learn::network::{Trainer, initialiser::Distribution, optimizer, optimizer::Rule, settings::Settings, training};
use atelier::num::activation::Activation;
use atelier::num::float;
use atelier::num::kernel::{Kept, LANES, blocks, gather, read};
use serde_json::Value;

const FILES: [&str; 3] = ["nn.auto_mpg", "nn.breast_cancer", "nn.penguins"];

/// The reference network on the file's 48 rows: two hidden layers of 8 and 4 units, weights by formula.
struct Reference {
    network: Network,
    loss: Loss,
    parameters: Vec<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
    pass: Pass<f64>,
}

impl Reference {
    fn new(figures: &Value, activation: Activation) -> Self {
        let (x, y) = (flat(&figures["data"]["x"]), flat(&figures["y"]));
        let inputs = x.len() / y.len();
        let (loss, outputs) = match figures["data"]["classes"].as_array() {
            Some(classes) => (Loss::CategoricalCrossEntropy, classes.len()),
            None => (Loss::SquaredError, 1),
        };
        let hidden = |units| Hidden { units, activation, ..Hidden::default() };
        let network = Network::new(inputs, &[hidden(8), hidden(4)], outputs);
        let mut parameters = vec![0.0; network.parameters()];
        for (number, layer) in network.layers().iter().enumerate() {
            let number = number as f64;
            for (place, weight) in parameters[layer.weights()].iter_mut().enumerate() {
                // PyTorch's weight[unit][input].
                let (input, unit) = ((place / layer.units) as f64, (place % layer.units) as f64);
                *weight = 0.5 * float::sin(1.0 + 3.0 * unit + 7.0 * input + 11.0 * number);
            }
            for (unit, bias) in parameters[layer.bias()].iter_mut().enumerate() {
                *bias = 0.1 * float::cos(unit as f64 + number);
            }
        }
        let pass = Pass::new(&network);
        Self { network, loss, parameters, x, y, pass }
    }

    /// Outputs of all rows, the mean loss, and its gradient.
    fn step(&mut self) -> (Vec<f64>, f64, Vec<f64>) {
        let rows: Vec<u32> = (0..self.y.len() as u32).collect();
        let count = blocks(rows.len());
        let (inputs, outputs) = (self.network.inputs(), self.network.outputs());
        gather(&self.x, inputs, &rows, self.pass.input(&self.network, count));
        let (mut truth, mut weights) = (vec![[0.0; LANES]; count], vec![[0.0; LANES]; count]);
        gather(&self.y, 1, &rows, &mut truth);
        gather(&vec![1.0; rows.len()], 1, &rows, &mut weights);
        self.pass.load(&self.network, &self.parameters, true);
        let (logits, deltas) = self.pass.practise(&self.network, &self.parameters, rows.len(), None);
        let answers = (0..rows.len()).flat_map(|row| (0..outputs).map(move |output| (row, output)));
        let answers = answers.map(|(row, output)| read(logits, outputs, row, output)).collect();
        let scale = 1.0 / rows.len() as f64;
        let loss = self.loss.gradient(logits, outputs, &truth, &weights, scale, deltas) * scale;
        let mut gradients = vec![0.0; self.network.parameters()];
        self.pass.learn(&self.network, &self.parameters, rows.len(), &mut gradients);
        (answers, loss, gradients)
    }

    /// A layer's weights as PyTorch lists them: units x inputs.
    fn turned(&self, list: &[f64], layer: usize) -> Vec<f64> {
        let layer = &self.network.layers()[layer];
        let weights = &list[layer.weights()];
        (0..layer.units).flat_map(|unit| (0..layer.inputs).map(move |input| weights[input * layer.units + unit])).collect()
    }
}

#[test]
fn activations_and_softmax() {
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        let x = flat(&figures["activations"]["x"]);
        for activation in Activation::ALL {
            let name = match activation {
                Activation::LeakyRelu => "leaky_relu_0.01",
                Activation::Gelu => "gelu_erf",
                Activation::Identity => continue,
                other => other.id(),
            };
            let want = &figures["activations"][name];
            let (values, slopes): (Vec<f64>, Vec<f64>) = x.iter().map(|&x| activation.at(x)).unzip();
            check.close_all(&format!("{file} {name}"), &values, &want["value"], 1e-9);
            check.close_all(&format!("{file} {name}'"), &slopes, &want["gradient"], 1e-9);
        }
        // The gradient of the categorical loss is softmax minus one at the row's class; its value is minus log softmax.
        for (row, logits) in figures["softmax"]["in"].as_array().expect("rows").iter().enumerate() {
            let logits: Vec<_> = flat(logits).into_iter().map(|z| [z; LANES]).collect();
            for class in 0..3 {
                let mut gradient = vec![[0.0; LANES]; 3];
                let mut weights = [0.0; LANES];
                weights[0] = 1.0;
                let truth = [[class as f64; LANES]];
                let loss = Loss::CategoricalCrossEntropy.gradient(&logits, 3, &truth, &[weights], 1.0, &mut gradient);
                check.close("log_softmax", -loss, flat(&figures["softmax"]["log_softmax"][row])[class], 1e-9);
                let share = gradient[class][0] + 1.0;
                check.close("softmax", share, flat(&figures["softmax"]["softmax"][row])[class], 1e-9);
            }
        }
    }
    check.end();
}

#[test]
fn forward_and_backward() {
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        let want = &figures["forward_backward"];
        let mut reference = Reference::new(figures, Activation::Tanh);
        let (answers, loss, gradients) = reference.step();
        let first = flat(&want["output_first5"]);
        check.close_all(&format!("{file} output"), &answers[..first.len()], &want["output_first5"], 1e-8);
        check.close(&format!("{file} loss"), loss, want["loss"].as_f64().expect("a loss"), 1e-8);
        for layer in [0, 2] {
            let bias = reference.network.layers()[layer].bias();
            check.close_all(
                &format!("{file} weights {layer}"),
                &reference.turned(&gradients, layer),
                &want[format!("grad_layer{layer}_weight")],
                1e-8,
            );
            check.close_all(&format!("{file} bias {layer}"), &gradients[bias], &want[format!("grad_layer{layer}_bias")], 1e-8);
        }
        check.close(&format!("{file} norm"), optimizer::norm(&gradients), want["grad_norm"].as_f64().expect("a norm"), 1e-8);
    }
    check.end();
}

#[test]
fn optimisers_follow_the_reference_for_fifty_steps() {
    let rules = [
        ("sgd", Rule::Sgd, 0.1, 0.0, 0.0),
        ("sgd_momentum_0.9", Rule::Momentum { momentum: 0.9, nesterov: false }, 0.05, 0.0, 0.0),
        ("sgd_nesterov", Rule::Momentum { momentum: 0.9, nesterov: true }, 0.05, 0.0, 0.0),
        ("sgd_weight_decay", Rule::Sgd, 0.1, 0.01, 0.0),
        ("rmsprop", Rule::RmsProp, 0.01, 0.0, 0.0),
        ("adam", Rule::Adam { beta1: 0.9, beta2: 0.999 }, 0.02, 0.0, 0.0),
        ("adam_weight_decay", Rule::Adam { beta1: 0.9, beta2: 0.999 }, 0.02, 0.01, 0.0),
        ("adamw", Rule::Adam { beta1: 0.9, beta2: 0.999 }, 0.02, 0.0, 0.01),
        ("adagrad", Rule::Adagrad, 0.05, 0.0, 0.0),
        ("adadelta", Rule::Adadelta, 1.0, 0.0, 0.0),
        // NAdam stands in `optimisers`: that of the file is from a version which applied a momentum twice.
    ];
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        let steps = flat(&figures["optimisers"]["steps"]);
        for activation in [Activation::Tanh, Activation::Relu] {
            for (name, rule, rate, l2, decay) in rules {
                let name = format!("{name}/{}", activation.id());
                let want = &figures["optimisers"][&name];
                let mut reference = Reference::new(figures, activation);
                let mut optimizer = Optimizer::new(rule, reference.parameters.len());
                let losses = flat(&want["loss"]);
                for step in 0..=50 {
                    let (_, loss, mut gradients) = reference.step();
                    if let Some(place) = steps.iter().position(|&at| at == f64::from(step)) {
                        let kinked = activation.has_kink() && step > 20;
                        let tolerance = if kinked { 1e-4 } else { 1e-6 };
                        let allowed = tolerance * if losses[place].abs() < 1.0 { losses[place].abs() } else { 1.0 };
                        check.close(&format!("{file} {name} loss before step {step}"), loss, losses[place], allowed);
                    }
                    if step < 50 {
                        // PyTorch's decay takes biases along.
                        optimizer::penalise(&mut gradients, &reference.parameters, 0.0, l2);
                        optimizer::decay(&mut reference.parameters, rate, decay);
                        optimizer.step(&mut reference.parameters, &gradients, rate);
                    }
                }
                let bias = reference.network.layers()[2].bias();
                let tolerance = if activation.has_kink() { 1e-4 } else { 1e-6 };
                check.close_all(&format!("{file} {name} last bias"), &reference.parameters[bias], &want["last_bias"], tolerance);
            }
        }
    }
    check.end();
}

/// The same rows, first weights and batches in the trainer's 32 bits: the mean loss of each of fifty epochs.
#[test]
fn fifty_epochs_follow_the_reference() {
    let rules = [
        ("sgd", Rule::Sgd, 0.05, Decline::Constant),
        ("momentum", Rule::Momentum { momentum: 0.9, nesterov: false }, 0.05, Decline::Constant),
        ("adam", Rule::Adam { beta1: 0.9, beta2: 0.999 }, 0.01, Decline::Constant),
        ("adam_cosine", Rule::Adam { beta1: 0.9, beta2: 0.999 }, 0.01, Decline::Cosine { floor: 0.0 }),
        ("rmsprop", Rule::RmsProp, 0.01, Decline::Constant),
    ];
    let curves = &figures("epochs")["figures"];
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        for activation in [Activation::Tanh, Activation::Relu] {
            for (name, rule, rate, decline) in rules {
                let Reference { network, loss, parameters, x, y, .. } = Reference::new(figures, activation);
                let narrow = |list: &[f64]| list.iter().map(|&x| x as f32).collect::<Vec<f32>>();
                let rows = training::Rows { x: narrow(&x), y: narrow(&y), weights: vec![1.0; y.len()] };
                let train = (0..y.len() as u32).collect();
                let data = training::Data { rows, train, stop: Vec::new(), watch: training::Rows::default() };
                let settings = Settings::read(&Params::new()).expect("defaults");
                let mut plan = settings.plan(Task::Regression, 5).expect("a plan");
                plan = training::Plan { loss, rule, schedule: Schedule::new(rate, decline, 50), batch: 16, ..plan };
                let trained = Trainer::new(network, plan, data, narrow(&parameters)).finish().expect("it ends");
                let losses: Vec<f64> = trained.curve.iter().map(|epoch| epoch.train).collect();
                let name = format!("{}/{name}/{}", &file[3..], activation.id());
                for (epoch, (found, want)) in losses.iter().zip(flat(&curves[&name])).enumerate() {
                    check.close(&format!("{name} in epoch {}", epoch + 1), *found, want, 1e-4 * want.abs());
                }
                check.close(&format!("{name}, epochs"), losses.len() as f64, 50.0, 0.0);
            }
        }
    }
    check.end();
}

#[test]
fn clipping_the_norm() {
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        let want = &figures["clip_norm"];
        let mut reference = Reference::new(figures, Activation::Tanh);
        let (_, _, mut gradients) = reference.step();
        let norm = optimizer::clip(&mut gradients, 0.1);
        check.close("norm", norm, want["norm_before"].as_f64().expect("a norm"), 1e-8);
        Optimizer::new(Rule::Sgd, gradients.len()).step(&mut reference.parameters, &gradients, 1.0);
        check.close("loss", reference.step().1, want["loss_after_step"].as_f64().expect("a loss"), 1e-8);
    }
    check.end();
}

#[test]
fn schedules() {
    let figures = &figures("nn.penguins")["figures"]["schedules"];
    let mut check = Check::default();
    let cases = [
        ("step_5_0.5", Decline::Step { every: 5, factor: 0.5 }, 0, 24, 24),
        ("exponential_0.9", Decline::Exponential { factor: 0.9 }, 0, 24, 24),
        ("cosine_20_min0.001", Decline::Cosine { floor: 0.01 }, 0, 20, 20),
        ("linear_warmup_5", Decline::Constant, 5, 24, 24),
        ("cosine_restarts_5_x2", Decline::Restarts { every: 5, longer: 2, floor: 0.0 }, 0, 24, 24),
        ("one_cycle_25", Decline::OneCycle, 0, 25, 24),
        ("polynomial_20_2", Decline::Polynomial { power: 2.0 }, 0, 20, 20),
    ];
    for (name, decline, warmup, epochs, compared) in cases {
        let schedule = Schedule { warmup, ..Schedule::new(0.1, decline, epochs) };
        let want = Value::from(flat(&figures[name])[..compared].to_vec());
        check.close_all(name, &schedule.rates()[..compared], &want, 1e-9);
    }
    let mut plateau = Schedule::new(0.1, Decline::Plateau { factor: 0.5, patience: 2 }, 15);
    let rates: Vec<f64> = flat(&figures["plateau"]["losses"])
        .into_iter()
        .enumerate()
        .map(|(epoch, loss)| {
            let rate = plateau.at(epoch as u32);
            plateau.observe(loss);
            rate
        })
        .collect();
    check.close_all("plateau", &rates, &figures["plateau"]["lr"], 1e-9);
    check.end();
}

#[test]
fn losses() {
    let figures = &figures("nn.penguins")["figures"]["losses"];
    let inputs = &figures["inputs"];
    let mut check = Check::default();
    // Rows with weights, of any number of outputs; the mean is over the weights.
    let mean = |loss: Loss, logits: &Value, truth: &Value, weights: &[f64]| {
        let (logits, truth) = (flat(logits), flat(truth));
        let outputs = logits.len() / truth.len();
        let rows: Vec<u32> = (0..truth.len() as u32).collect();
        let mut z = vec![[0.0; LANES]; outputs];
        let (mut y, mut w) = (vec![[0.0; LANES]], vec![[0.0; LANES]]);
        gather(&logits, outputs, &rows, &mut z);
        gather(&truth, 1, &rows, &mut y);
        gather(weights, 1, &rows, &mut w);
        let mut gradient = vec![[0.0; LANES]; outputs];
        loss.gradient(&z, outputs, &y, &w, 1.0, &mut gradient) / weights.iter().sum::<f64>()
    };
    let want = |name: &str| figures[name].as_f64().expect("a loss");
    check.close("mse", mean(Loss::SquaredError, &inputs["pred"], &inputs["true"], &[1.0; 4]), want("mse"), 1e-9);
    let huber = Loss::Huber { delta: 1.5 };
    check.close("huber", mean(huber, &inputs["pred"], &inputs["true"], &[1.0; 4]), want("huber_1.5"), 1e-9);
    let one = Loss::Huber { delta: 1.0 };
    check.close("smooth l1", mean(one, &inputs["pred"], &inputs["true"], &[1.0; 4]), want("smooth_l1"), 1e-9);
    let binary = mean(Loss::BinaryCrossEntropy, &inputs["logit"], &inputs["label"], &[1.0; 4]);
    check.close("bce", binary, want("bce_with_logits"), 1e-9);
    // The reference weighs positives by 3 and divides by the number of rows.
    let weighted = mean(Loss::BinaryCrossEntropy, &inputs["logit"], &inputs["label"], &[3.0, 1.0, 1.0, 3.0]) * 8.0 / 4.0;
    check.close("bce weighted", weighted, want("bce_pos_weight_3"), 1e-9);
    let classes = mean(Loss::CategoricalCrossEntropy, &inputs["class_logits"], &inputs["class"], &[1.0; 3]);
    check.close("cross-entropy", classes, want("cross_entropy"), 1e-9);
    let weighted = mean(Loss::CategoricalCrossEntropy, &inputs["class_logits"], &inputs["class"], &[1.0, 3.0, 3.0]);
    check.close("cross-entropy weighted", weighted, want("cross_entropy_weighted_1_2_3"), 1e-9);
    let smooth = Loss::SoftCategorical(Softening { smoothing: 0.1, gamma: 0.0 });
    let smooth = mean(smooth, &inputs["class_logits"], &inputs["class"], &[1.0; 3]);
    check.close("label smoothing", smooth, want("cross_entropy_smoothing_0.1"), 1e-9);
    // The reference weighs positives by 0.25 and negatives by 0.75, and divides by the number of rows.
    let focal = Loss::SoftBinary(Softening { smoothing: 0.0, gamma: 2.0 });
    let focal = mean(focal, &inputs["logit"], &inputs["label"], &[0.25, 0.75, 0.75, 0.25]) * 2.0 / 4.0;
    check.close("focal", focal, want("focal_gamma2_alpha0.25"), 1e-9);
    let counts = Value::from(vec![1.0, 0.0, 3.0, 10.0]);
    let of_numbers = [
        ("mae", Loss::AbsoluteError, &inputs["true"]),
        ("log_cosh", Loss::LogCosh, &inputs["true"]),
        ("quantile_0.9", Loss::Quantile { q: 0.9 }, &inputs["true"]),
        ("poisson_nll", Loss::Poisson, &counts),
    ];
    for (name, loss, truth) in of_numbers {
        check.close(name, mean(loss, &inputs["pred"], truth, &[1.0; 4]), want(name), 1e-9);
    }
    check.end();
}

#[test]
fn normalisation_by_batch_and_by_row() {
    let mut check = Check::default();
    for file in FILES {
        let figures = &figures(file)["figures"];
        let x = flat(&figures["data"]["x"]);
        let width = x.len() / flat(&figures["y"]).len();
        let (gain, shift) = (vec![1.0; width], vec![0.0; width]);
        let take = |from: usize, rows: usize| {
            let list: Vec<u32> = (from as u32..(from + rows) as u32).collect();
            let mut values = vec![[0.0; LANES]; blocks(rows) * width];
            gather(&x, width, &list, &mut values);
            values
        };
        let rows_of = |values: &[[f64; LANES]], rows: usize| -> Vec<f64> {
            (0..rows)
                .flat_map(|row| (0..width).map(move |column| (row, column)))
                .map(|(row, column)| read(values, width, row, column))
                .collect()
        };
        let want = &figures["batch_norm"];
        let (mut means, mut variances) = (vec![0.0; width], vec![1.0; width]);
        let mut kept = Kept::default();
        for (batch, from) in [0, 16].into_iter().enumerate() {
            let mut values = take(from, 16);
            kept.by_batch(&mut values, 16, &gain, &shift);
            kept.remember(&mut means, &mut variances);
            if batch == 0 {
                check.close_all(&format!("{file} batch"), &rows_of(&values, 2), &want["train_first2"], 1e-9);
            }
        }
        check.close_all(&format!("{file} running mean"), &means, &want["running_mean"], 1e-9);
        check.close_all(&format!("{file} running variance"), &variances, &want["running_var"], 1e-9);
        let first = flat(&figures["layer_norm"]).len() / width;
        let mut values = take(0, first);
        Kept::default().by_layer(&mut values, &gain, &shift);
        check.close_all(&format!("{file} by row"), &rows_of(&values, first), &figures["layer_norm"], 1e-9);
    }
    check.end();
}

#[test]
fn initialisers() {
    let figures = &figures("nn.penguins")["figures"]["initialisers"];
    let mut check = Check::default();
    let cases = [
        ("xavier_uniform_bound", Initialiser::GlorotUniform),
        ("xavier_normal_sd", Initialiser::GlorotNormal),
        ("he_uniform_bound_relu", Initialiser::HeUniform),
        ("he_normal_sd_relu", Initialiser::HeNormal),
        ("lecun_normal_sd", Initialiser::LecunNormal),
    ];
    for (name, initialiser) in cases {
        let got = match initialiser.distribution(Activation::Relu, 64, 32) {
            Distribution::Normal(deviation) => deviation,
            Distribution::Uniform(bound) => bound,
        };
        check.close(name, got, figures[name].as_f64().expect("a figure"), 1e-12);
    }
    check.end();
}

#[test]
fn dropout() {
    let figures = &figures("nn.penguins")["figures"]["dropout_0.3"];
    let mut check = Check::default();
    let (units, count) = (50, 50);
    let mut kept = 0;
    for seed in 0..10 {
        let mut values = vec![[1.0; LANES]; units * count];
        let mut slopes = values.clone();
        Dropout::new(seed, 1).apply(0, 0, 0, 0.3, units, &mut values, &mut slopes);
        for &value in values.as_flattened().iter().filter(|&&value| value != 0.0) {
            kept += 1;
            check.close("scale", value, 1.0 / 0.7, 1e-15);
            // The file's figure is rounded to twelve digits.
            check.close("scale of the file", value, figures["scale"].as_f64().expect("a scale"), 1e-11);
        }
    }
    check.close("kept", f64::from(kept) / 200_000.0, figures["kept_mean"].as_f64().expect("a share"), 0.01);
    check.end();
}
