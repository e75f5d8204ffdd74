//! The operators that the exporter writes, on tensors: what the ONNX standard says of each, and nothing of what it says
//! beyond the exporter's use. An operator in another use has no answer.

use super::proto::{AttributeProto, NodeProto, element};
use super::tensor::{Tensor, Values, places, stretched};
use crate::num::float;

/// Runs an operator of the domain of ONNX itself.
pub(super) fn run(node: &NodeProto, inputs: &[&Tensor]) -> Option<Tensor> {
    match (node.op_type.as_str(), inputs) {
        ("Identity", [x]) => Some((*x).clone()),
        ("Add", [a, b]) => arithmetic(a, b, |a, b| a + b, |a, b| a + b, i64::checked_add),
        ("Sub", [a, b]) => arithmetic(a, b, |a, b| a - b, |a, b| a - b, i64::checked_sub),
        ("Mul", [a, b]) => arithmetic(a, b, |a, b| a * b, |a, b| a * b, i64::checked_mul),
        ("Div", [a, b]) => arithmetic(a, b, |a, b| a / b, |a, b| a / b, i64::checked_div),
        // With the sign of the divisor, as Python does it.
        ("Mod", [a, b]) if node.attribute.is_empty() => arithmetic(a, b, |_, _| f32::NAN, |_, _| f64::NAN, floor_mod),
        // With the sign of the dividend, as C does it.
        ("Mod", [a, b]) if int(node, "fmod") == Some(1) => arithmetic(a, b, |a, b| a % b, |a, b| a % b, |_, _| None),
        ("Pow", [a, b]) => arithmetic(a, b, |_, _| f32::NAN, float::pow, |_, _| None),
        ("Less", [a, b]) => compare(a, b, |a, b| a < b, |a, b| a < b),
        ("LessOrEqual", [a, b]) => compare(a, b, |a, b| a <= b, |a, b| a <= b),
        ("Greater", [a, b]) => compare(a, b, |a, b| a > b, |a, b| a > b),
        ("GreaterOrEqual", [a, b]) => compare(a, b, |a, b| a >= b, |a, b| a >= b),
        ("Equal", [a, b]) => compare(a, b, |a, b| a == b, |a, b| a == b),
        ("And", [a, b]) => logic(a, b, |a, b| a && b),
        ("Or", [a, b]) => logic(a, b, |a, b| a || b),
        ("Not", [x]) => x.map(|values| match values {
            Values::Tests(tests) => Some(Values::Tests(tests.iter().map(|test| !test).collect())),
            _ => None,
        }),
        ("IsNaN", [x]) => x.map(|values| match values {
            Values::Doubles(values) => Some(Values::Tests(values.iter().map(|x| x.is_nan()).collect())),
            _ => None,
        }),
        ("Where", [test, then, otherwise]) => choose(test, then, otherwise),
        ("Cast", [x]) => cast(x, int(node, "to")?),
        ("Concat", [first, rest @ ..]) if int(node, "axis") == Some(1) => {
            rest.iter().try_fold((*first).clone(), |left, right| side_by_side(&left, right))
        }
        ("Gather", [x, places]) => gather(x, places, int(node, "axis")?),
        ("ReduceSum", [x, axes]) => {
            (axes.values == Values::Integers(vec![1]) && int(node, "keepdims") == Some(1)).then_some(())?;
            rows_of(x, |row| row.iter().fold(0.0, |sum, value| sum + value))
        }
        ("ArgMax", [x]) => {
            (int(node, "axis") == Some(1) && int(node, "keepdims") == Some(1)).then_some(())?;
            arg_max(x)
        }
        ("Squeeze", [x, axes]) => {
            let (rows, columns) = x.rows_and_columns();
            (axes.values == Values::Integers(vec![1]) && columns == 1).then_some(())?;
            Tensor::new(vec![rows], x.values.clone())
        }
        ("Shape", [x]) => Tensor::new(vec![x.shape.len()], Values::Integers(x.shape.iter().map(|&size| size as i64).collect())),
        ("ConstantOfShape", [shape]) => {
            let Values::Integers(sizes) = &shape.values else { return None };
            let shape = sizes.iter().map(|&size| usize::try_from(size).ok()).collect::<Option<Vec<_>>>()?;
            let value = Tensor::read(attribute(node, "value")?.t.as_ref()?)?;
            let (1, shape) = (value.values.len(), stretched(&shape, &[])?) else { return None };
            let places = vec![0; shape.iter().product()];
            Tensor::new(shape, value.values.pick(&places))
        }
        ("Gemm", [x, weights, bias]) if node.attribute.is_empty() => product(x, weights, Some(bias)),
        ("MatMul", [x, weights]) => product(x, weights, None),
        ("Softmax", [x]) if int(node, "axis") == Some(1) => softmax(x),
        ("Relu", [x]) => each(x, |x| if x < 0.0 { 0.0 } else { x }),
        ("LeakyRelu", [x]) => {
            let alpha = number(node, "alpha")?;
            each(x, |x| if x < 0.0 { alpha * x } else { x })
        }
        ("Elu", [x]) => {
            let alpha = number(node, "alpha")?;
            each(x, |x| if x < 0.0 { alpha * (float::exp(x) - 1.0) } else { x })
        }
        ("Selu", [x]) => {
            let (alpha, gamma) = (number(node, "alpha")?, number(node, "gamma")?);
            each(x, |x| gamma * if x > 0.0 { x } else { alpha * float::exp(x) - alpha })
        }
        ("Erf", [x]) => each(x, libm::erf),
        ("Softplus", [x]) => each(x, |x| if x > 0.0 { x + float::ln_1p(float::exp(-x)) } else { float::ln_1p(float::exp(x)) }),
        ("Sigmoid", [x]) => each(x, float::sigmoid),
        ("Tanh", [x]) => each(x, float::tanh),
        ("Exp", [x]) => each(x, float::exp),
        ("Log", [x]) => each(x, float::ln),
        ("Sqrt", [x]) => each(x, f64::sqrt),
        ("Sin", [x]) => each(x, float::sin),
        ("Cos", [x]) => each(x, float::cos),
        ("Abs", [x]) => each(x, f64::abs),
        ("Neg", [x]) => each(x, |x| -x),
        ("Floor", [x]) => each(x, f64::floor),
        ("Ceil", [x]) => each(x, f64::ceil),
        _ => None,
    }
}

/// The lowest values of each row of 64-bit floats, ascending, of equal ones the first, and their places. Missing ones come
/// last.
pub(super) fn lowest(node: &NodeProto, inputs: &[&Tensor]) -> Option<(Tensor, Tensor)> {
    let [x, count] = inputs else { return None };
    let as_written = int(node, "axis") == Some(1) && int(node, "largest") == Some(0) && int(node, "sorted") == Some(1);
    (node.op_type == "TopK" && as_written).then_some(())?;
    let (Values::Doubles(values), Values::Integers(count)) = (&x.values, &count.values) else { return None };
    let (rows, columns) = x.rows_and_columns();
    let count = usize::try_from(*count.first()?).ok().filter(|&count| 0 < count && count <= columns)?;
    let (mut low, mut places) = (Vec::with_capacity(rows * count), Vec::with_capacity(rows * count));
    let mut order: Vec<usize> = Vec::with_capacity(columns);
    for row in values.chunks_exact(columns) {
        order.clear();
        order.extend(0..columns);
        let compare = |a: &usize, b: &usize| row[*a].total_cmp(&row[*b]).then(a.cmp(b));
        if count < columns {
            order.select_nth_unstable_by(count, compare);
            order.truncate(count);
        }
        order.sort_unstable_by(compare);
        low.extend(order.iter().map(|&place| row[place]));
        places.extend(order.iter().map(|&place| place as i64));
    }
    let shape = vec![rows, count];
    Some((Tensor::new(shape.clone(), Values::Doubles(low))?, Tensor::new(shape, Values::Integers(places))?))
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

fn int(node: &NodeProto, name: &str) -> Option<i64> {
    attribute(node, name)?.i
}

fn number(node: &NodeProto, name: &str) -> Option<f64> {
    attribute(node, name)?.f.map(f64::from)
}

fn floor_mod(a: i64, b: i64) -> Option<i64> {
    let rest = a.checked_rem(b)?;
    if rest != 0 && (rest < 0) != (b < 0) { rest.checked_add(b) } else { Some(rest) }
}

/// A function of each number; 32-bit numbers are rounded once, after it.
fn each(x: &Tensor, change: impl Fn(f64) -> f64) -> Option<Tensor> {
    x.map(|values| match values {
        Values::Floats(values) => Some(Values::Floats(values.iter().map(|&x| change(f64::from(x)) as f32).collect())),
        Values::Doubles(values) => Some(Values::Doubles(values.iter().map(|&x| change(x)).collect())),
        _ => None,
    })
}

/// The pairs of two tensors, stretched to one shape.
fn pairs<A: Clone, B: Clone, T>(a: (&Tensor, &[A]), b: (&Tensor, &[B]), pair: impl Fn(A, B) -> T) -> Option<(Vec<usize>, Vec<T>)> {
    let shape = stretched(&a.0.shape, &b.0.shape)?;
    let (left, right) = (places(&a.0.shape, &shape), places(&b.0.shape, &shape));
    let values = left.into_iter().zip(right).map(|(left, right)| pair(a.1[left].clone(), b.1[right].clone())).collect();
    Some((shape, values))
}

fn arithmetic(
    a: &Tensor,
    b: &Tensor,
    floats: impl Fn(f32, f32) -> f32,
    doubles: impl Fn(f64, f64) -> f64,
    integers: impl Fn(i64, i64) -> Option<i64>,
) -> Option<Tensor> {
    let (shape, values) = match (&a.values, &b.values) {
        (Values::Floats(x), Values::Floats(y)) => pairs((a, x), (b, y), floats).map(|(shape, values)| (shape, Values::Floats(values))),
        (Values::Doubles(x), Values::Doubles(y)) => pairs((a, x), (b, y), doubles).map(|(shape, values)| (shape, Values::Doubles(values))),
        (Values::Integers(x), Values::Integers(y)) => {
            let (shape, values) = pairs((a, x), (b, y), integers)?;
            Some((shape, Values::Integers(values.into_iter().collect::<Option<_>>()?)))
        }
        _ => None,
    }?;
    Tensor::new(shape, values)
}

fn compare(a: &Tensor, b: &Tensor, doubles: impl Fn(f64, f64) -> bool, integers: impl Fn(i64, i64) -> bool) -> Option<Tensor> {
    let (shape, values) = match (&a.values, &b.values) {
        (Values::Doubles(x), Values::Doubles(y)) => pairs((a, x), (b, y), doubles),
        (Values::Integers(x), Values::Integers(y)) => pairs((a, x), (b, y), integers),
        _ => None,
    }?;
    Tensor::new(shape, Values::Tests(values))
}

fn logic(a: &Tensor, b: &Tensor, test: impl Fn(bool, bool) -> bool) -> Option<Tensor> {
    let (Values::Tests(x), Values::Tests(y)) = (&a.values, &b.values) else { return None };
    let (shape, values) = pairs((a, x), (b, y), test)?;
    Tensor::new(shape, Values::Tests(values))
}

fn choose(test: &Tensor, then: &Tensor, otherwise: &Tensor) -> Option<Tensor> {
    fn pick<T: Clone>(tests: &[bool], places: [Vec<usize>; 3], then: &[T], otherwise: &[T]) -> Vec<T> {
        let [test, yes, no] = places;
        let rows = test.into_iter().zip(yes).zip(no);
        rows.map(|((test, yes), no)| if tests[test] { then[yes].clone() } else { otherwise[no].clone() }).collect()
    }
    let Values::Tests(tests) = &test.values else { return None };
    let shape = stretched(&stretched(&test.shape, &then.shape)?, &otherwise.shape)?;
    let all = [test, then, otherwise].map(|tensor| places(&tensor.shape, &shape));
    let values = match (&then.values, &otherwise.values) {
        (Values::Doubles(yes), Values::Doubles(no)) => Values::Doubles(pick(tests, all, yes, no)),
        (Values::Floats(yes), Values::Floats(no)) => Values::Floats(pick(tests, all, yes, no)),
        (Values::Integers(yes), Values::Integers(no)) => Values::Integers(pick(tests, all, yes, no)),
        (Values::Texts(yes), Values::Texts(no)) => Values::Texts(pick(tests, all, yes, no)),
        (Values::Tests(yes), Values::Tests(no)) => Values::Tests(pick(tests, all, yes, no)),
        _ => return None,
    };
    Tensor::new(shape, values)
}

fn cast(x: &Tensor, to: i64) -> Option<Tensor> {
    let doubles: Vec<f64> = match &x.values {
        Values::Floats(values) => values.iter().map(|&x| f64::from(x)).collect(),
        Values::Doubles(values) => values.clone(),
        // An integer must go unchanged, which it does below 2^53.
        Values::Integers(values) => {
            (to == i64::from(element::BOOL) || values.iter().all(|x| x.unsigned_abs() <= 1 << 53)).then_some(())?;
            values.iter().map(|&x| x as f64).collect()
        }
        Values::Tests(values) => values.iter().map(|&test| f64::from(u8::from(test))).collect(),
        Values::Texts(_) => return None,
    };
    let values = match i32::try_from(to).ok()? {
        element::FLOAT => Values::Floats(doubles.into_iter().map(|x| x as f32).collect()),
        element::DOUBLE => Values::Doubles(doubles),
        element::INT64 => Values::Integers(doubles.into_iter().map(|x| x as i64).collect()),
        element::BOOL => Values::Tests(doubles.into_iter().map(|x| x != 0.0).collect()),
        _ => return None,
    };
    Tensor::new(x.shape.clone(), values)
}

fn side_by_side(left: &Tensor, right: &Tensor) -> Option<Tensor> {
    let ((rows, a), (others, b)) = (left.rows_and_columns(), right.rows_and_columns());
    let (Values::Doubles(x), Values::Doubles(y)) = (&left.values, &right.values) else { return None };
    (rows == others && left.shape.len() == 2 && right.shape.len() == 2).then_some(())?;
    let row = |row: usize| x[row * a..(row + 1) * a].iter().chain(&y[row * b..(row + 1) * b]).copied();
    Tensor::new(vec![rows, a + b], Values::Doubles((0..rows).flat_map(row).collect()))
}

/// Columns of a matrix (axis 1), or the entries of a list that a column of places names (axis 0).
fn gather(x: &Tensor, at: &Tensor, axis: i64) -> Option<Tensor> {
    let Values::Integers(at_places) = &at.values else { return None };
    let at_places = at_places.iter().map(|&place| usize::try_from(place).ok()).collect::<Option<Vec<_>>>()?;
    let (rows, columns) = x.rows_and_columns();
    at_places.iter().all(|&place| place < columns).then_some(())?;
    match (axis, x.shape.len(), at.shape.len()) {
        (1, 2, 1) => {
            let places: Vec<usize> = (0..rows).flat_map(|row| at_places.iter().map(move |place| row * columns + place)).collect();
            Tensor::new(vec![rows, at_places.len()], x.values.pick(&places))
        }
        (0, 1, _) => Tensor::new(at.shape.clone(), x.values.pick(&at_places)),
        _ => None,
    }
}

/// A number for each row of a matrix of 64-bit floats: rows x 1.
fn rows_of(x: &Tensor, change: impl Fn(&[f64]) -> f64) -> Option<Tensor> {
    let (rows, columns) = x.rows_and_columns();
    (columns > 0).then_some(())?;
    let values = match &x.values {
        Values::Doubles(values) => Values::Doubles(values.chunks_exact(columns).map(change).collect()),
        Values::Floats(values) => {
            let wide: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
            Values::Floats(wide.chunks_exact(columns).map(|row| change(row) as f32).collect())
        }
        _ => return None,
    };
    Tensor::new(vec![rows, 1], values)
}

fn arg_max(x: &Tensor) -> Option<Tensor> {
    let first_largest = |row: &[f64]| {
        let best = (1..row.len()).fold(0, |best, place| if row[place] > row[best] { place } else { best });
        best as f64
    };
    cast(&rows_of(x, first_largest)?, i64::from(element::INT64))
}

fn softmax(x: &Tensor) -> Option<Tensor> {
    let (_, columns) = x.rows_and_columns();
    let Values::Doubles(values) = &x.values else { return None };
    (columns > 0).then_some(())?;
    let mut values = values.clone();
    values.chunks_exact_mut(columns).for_each(|row| crate::plan::Link::Softmax.apply(row));
    Tensor::new(x.shape.clone(), Values::Doubles(values))
}

/// Rows x inputs times inputs x outputs, plus a bias for each output.
fn product(x: &Tensor, weights: &Tensor, bias: Option<&Tensor>) -> Option<Tensor> {
    let ((rows, inner), (inputs, outputs)) = (x.rows_and_columns(), weights.rows_and_columns());
    (inner == inputs && x.shape.len() == 2 && weights.shape.len() == 2).then_some(())?;
    bias.is_none_or(|bias| bias.shape == [outputs]).then_some(())?;
    macro_rules! sums {
        ($x:expr, $weights:expr, $bias:expr, $zero:expr) => {{
            let mut sums = Vec::with_capacity(rows * outputs);
            for row in 0..rows {
                let start = sums.len();
                sums.resize(start + outputs, $zero);
                for (input, value) in $x[row * inner..(row + 1) * inner].iter().enumerate() {
                    let weights = &$weights[input * outputs..(input + 1) * outputs];
                    sums[start..].iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * weight);
                }
                if let Some(bias) = $bias {
                    sums[start..].iter_mut().zip(bias).for_each(|(sum, bias)| *sum += bias);
                }
            }
            sums
        }};
    }
    let values = match (&x.values, &weights.values, bias.map(|bias| &bias.values)) {
        (Values::Doubles(x), Values::Doubles(weights), None) => Values::Doubles(sums!(x, weights, None::<&Vec<f64>>, 0.0_f64)),
        (Values::Doubles(x), Values::Doubles(weights), Some(Values::Doubles(bias))) => {
            Values::Doubles(sums!(x, weights, Some(bias), 0.0_f64))
        }
        (Values::Floats(x), Values::Floats(weights), Some(Values::Floats(bias))) => Values::Floats(sums!(x, weights, Some(bias), 0.0_f32)),
        _ => return None,
    };
    Tensor::new(vec![rows, outputs], values)
}
