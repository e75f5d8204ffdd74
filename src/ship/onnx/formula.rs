//! Formulas as ONNX nodes: numbers and comparisons, choices, parts of dates. What makes or reads texts cannot be said.
//!
//! A value is a tensor of rows x 1, or 1 x 1 where it is the same in every row. Yes and no are the numbers 1 and 0, NaN
//! where missing. As in the engine an answer that is no finite number is missing.

use super::Unsupported;
use super::columns::Columns;
use super::graph::{Graph, int};
use crate::base::Message;
use crate::plan::DatePart;
use crate::plan::expression::{Call, Formula, Node, Type, Value, What};
use crate::table::{Column, ColumnInfo, Kind, Schema};

impl Columns {
    /// Puts the value of a formula into a column.
    pub fn derive(&mut self, text: &str, into: &str) -> Result<(), Unsupported> {
        let info = |(name, kind): (&str, Kind)| ColumnInfo { kind, ..ColumnInfo::number(name) };
        let schema = Schema { columns: self.kinds().map(info).collect() };
        let formula = Formula::new(text, &schema).map_err(|problem| Unsupported::new(problem.message))?;
        let value = self.value(formula.root())?;
        // A value that looks at no column is stretched over the rows.
        let zeros = self.in_every_row(&[0.0]);
        let zero = self.graph.double(0.0);
        let every = self.graph.node("Equal", &[&zeros, &zero]);
        let value = self.graph.choose(&every, &value, &value);
        self.put(into, formula.kind(), value);
        Ok(())
    }

    fn value(&mut self, node: &Node) -> Result<String, Unsupported> {
        match &node.what {
            What::Column(name) => Ok(self.any(name)?.0),
            What::Constant(Value::Text(text)) if text.is_empty() => {
                Err(Unsupported::new(Message::new("ship.onnx.formula").with("part", "\"\"")))
            }
            What::Constant(value) => Ok(self.graph.value(value, node.kind)),
            What::Call(call, parts) => self.call(*call, parts, node.kind),
        }
    }

    fn call(&mut self, call: Call, parts: &[Node], kind: Type) -> Result<String, Unsupported> {
        let unsupported = || Err(Unsupported::new(Message::new("ship.onnx.formula").with("part", call.name())));
        if let (Call::Equal | Call::NotEqual | Call::OneOf, Some(Type::Text)) = (call, parts.first().map(|part| part.kind)) {
            return match self.among(call, parts)? {
                Some(test) => Ok(test),
                None => unsupported(),
            };
        }
        let kinds: Vec<Type> = parts.iter().map(|part| part.kind).collect();
        let texts = kinds.contains(&Type::Text);
        if texts && !matches!(call, Call::If | Call::Coalesce | Call::IsMissing) {
            return unsupported();
        }
        if call == Call::Round
            && let [x, digits] = parts
        {
            let What::Constant(Value::Number(digits)) = digits.what else { return unsupported() };
            let x = self.value(x)?;
            return Ok(self.graph.round_to(&x, digits));
        }
        let values = parts.iter().map(|part| self.value(part)).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> = values.iter().map(String::as_str).collect();
        let graph = &mut self.graph;
        Ok(match (call, &names[..]) {
            (Call::Negate, [x]) => graph.node("Neg", &[x]),
            (Call::Abs, [x]) => graph.node("Abs", &[x]),
            (Call::Floor, [x]) => graph.node("Floor", &[x]),
            (Call::Ceil, [x]) => graph.node("Ceil", &[x]),
            (Call::Round, [x]) => graph.round(x),
            (Call::Sqrt, [x]) => graph.finite_of("Sqrt", &[x]),
            (Call::Exp, [x]) => graph.finite_of("Exp", &[x]),
            (Call::Sin, [x]) => graph.finite_of("Sin", &[x]),
            (Call::Cos, [x]) => graph.finite_of("Cos", &[x]),
            (Call::Log, [x]) => graph.finite_of("Log", &[x]),
            (Call::Log10, [x]) => graph.logarithm(x, std::f64::consts::LN_10),
            (Call::Log2, [x]) => graph.logarithm(x, std::f64::consts::LN_2),
            (Call::Log1p, [x]) => {
                let one = graph.double(1.0);
                let more = graph.node("Add", &[x, &one]);
                graph.finite_of("Log", &[&more])
            }
            (Call::Add, [x, y]) => graph.finite_of("Add", &[x, y]),
            (Call::Subtract, [x, y]) => graph.finite_of("Sub", &[x, y]),
            (Call::Multiply, [x, y]) => graph.finite_of("Mul", &[x, y]),
            (Call::Divide, [x, y]) => graph.finite_of("Div", &[x, y]),
            (Call::Remainder, [x, y]) => graph.remainder(x, y),
            (Call::Power, [x, y]) => {
                let power = graph.finite_of("Pow", &[x, y]);
                graph.where_both(x, y, &power)
            }
            (Call::Min, [first, rest @ ..]) => rest.iter().fold((*first).to_owned(), |so_far, x| graph.nearer("Less", &so_far, x)),
            (Call::Max, [first, rest @ ..]) => rest.iter().fold((*first).to_owned(), |so_far, x| graph.nearer("Greater", &so_far, x)),
            (Call::Clip, [x, low, high]) => {
                let raised = graph.nearer("Greater", x, low);
                graph.nearer("Less", &raised, high)
            }
            (Call::And, [a, b]) => graph.both(a, b),
            (Call::Or, [a, b]) => graph.either(a, b),
            (Call::Not, [x]) => graph.opposite(x),
            (Call::IsMissing, [x]) => {
                let missing = self.missing(x, column_kind(kinds[0]));
                self.graph.marks(&missing)
            }
            (Call::If, [test, then, otherwise]) => {
                let missing = graph.value(&Value::Missing, kind);
                let (yes, no) = (graph.is(test, 1.0), graph.is(test, 0.0));
                let otherwise = graph.choose(&no, otherwise, &missing);
                graph.choose(&yes, then, &otherwise)
            }
            (Call::Coalesce, [rest @ .., last]) => {
                let mut value = (*last).to_owned();
                for x in rest.iter().rev() {
                    let missing = self.missing(x, column_kind(kind));
                    value = self.graph.choose(&missing, &value, x);
                }
                value
            }
            (Call::Equal | Call::NotEqual | Call::Less | Call::AtMost | Call::Greater | Call::AtLeast, [a, b]) => {
                self.compare(call, kinds[0], a, b)
            }
            (Call::OneOf, [x, first, rest @ ..]) => {
                let mut found = self.compare(Call::Equal, kinds[0], x, first);
                for other in rest {
                    let equal = self.compare(Call::Equal, kinds[0], x, other);
                    found = self.graph.either(&found, &equal);
                }
                found
            }
            (Call::Number, [x]) => (*x).to_owned(),
            (Call::Year, [x]) => graph.date_part(x, DatePart::Year),
            (Call::Month, [x]) => graph.date_part(x, DatePart::Month),
            (Call::Day, [x]) => graph.date_part(x, DatePart::Day),
            (Call::Weekday, [x]) => graph.date_part(x, DatePart::Weekday),
            (Call::Hour, [x]) => graph.date_part(x, DatePart::Hour),
            (Call::DaysBetween, [start, end]) => {
                let (a, b) = (self.missing(start, Kind::Date), self.missing(end, Kind::Date));
                let missing = self.graph.node("Or", &[&a, &b]);
                let (zero, none) = (self.graph.integer(0), self.graph.double(f64::NAN));
                // The mark of a missing date would not fit a difference.
                let start = self.graph.choose(&missing, &zero, start);
                let end = self.graph.choose(&missing, &zero, end);
                let span = self.graph.node("Sub", &[&end, &start]);
                let days = self.graph.date_part(&span, DatePart::Elapsed);
                self.graph.choose(&missing, &none, &days)
            }
            _ => return unsupported(),
        })
    }

    /// 1, 0 or missing, as the comparison holds.
    fn compare(&mut self, call: Call, kind: Type, a: &str, b: &str) -> String {
        let op = match call {
            Call::Less => "Less",
            Call::AtMost => "LessOrEqual",
            Call::Greater => "Greater",
            Call::AtLeast => "GreaterOrEqual",
            _ => "Equal",
        };
        let holds = self.graph.node(op, &[a, b]);
        let holds = self.graph.marks(&holds);
        let holds = if call == Call::NotEqual { self.graph.opposite(&holds) } else { holds };
        let (left, right) = (self.missing(a, column_kind(kind)), self.missing(b, column_kind(kind)));
        let missing = self.graph.node("Or", &[&left, &right]);
        let none = self.graph.double(f64::NAN);
        self.graph.choose(&missing, &none, &holds)
    }

    /// Whether a text is among texts that stand in the formula. Nothing where another column stands there.
    fn among(&mut self, call: Call, parts: &[Node]) -> Result<Option<String>, Unsupported> {
        let text = |part: &Node| match &part.what {
            What::Constant(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (x, others) = match parts {
            // The sides of a comparison can be swapped.
            [first, second] if call != Call::OneOf && text(second).is_none() => (second, std::slice::from_ref(first)),
            [first, others @ ..] => (first, others),
            [] => return Ok(None),
        };
        let Some(others) = others.iter().map(text).collect::<Option<Vec<String>>>() else { return Ok(None) };
        let x = self.value(x)?;
        let mut keys = vec![("", 2)];
        for other in &others {
            if keys.iter().all(|(key, _)| key != other) {
                keys.push((other, 1));
            }
        }
        let found = self.graph.numbers_of_texts(&x, &keys, 0);
        let tests = if call == Call::NotEqual { [1.0, 0.0, f64::NAN] } else { [0.0, 1.0, f64::NAN] };
        let tests = self.graph.doubles(&[3], &tests);
        Ok(Some(self.graph.node_with("Gather", &[&tests, &found], vec![int("axis", 0)])))
    }
}

/// The kind of column whose missing values look like those of a value.
fn column_kind(kind: Type) -> Kind {
    match kind {
        Type::Number | Type::YesNo => Kind::Number,
        Type::Text => Kind::Category,
        Type::Date => Kind::Date,
    }
}

impl Graph {
    fn value(&mut self, value: &Value, kind: Type) -> String {
        match (value, kind) {
            (Value::Number(number), _) => self.double(*number),
            (Value::YesNo(test), _) => self.double(f64::from(u8::from(*test))),
            (Value::Text(text), _) => self.text(text),
            (Value::Date(moment), _) => self.integer(*moment),
            (Value::Missing, Type::Number | Type::YesNo) => self.double(f64::NAN),
            (Value::Missing, Type::Text) => self.text(""),
            (Value::Missing, Type::Date) => self.integer(Column::NO_DATE),
        }
    }

    /// The answer of an operator, missing where it is no finite number: zero times such a number is not zero.
    fn finite_of(&mut self, op: &str, inputs: &[&str]) -> String {
        let x = self.node(op, inputs);
        let finite = self.is_finite(&x);
        let none = self.double(f64::NAN);
        self.choose(&finite, &x, &none)
    }

    fn is_finite(&mut self, x: &str) -> String {
        let zero = self.double(0.0);
        let nothing = self.node("Mul", &[x, &zero]);
        self.node("Equal", &[&nothing, &zero])
    }

    fn logarithm(&mut self, x: &str, base: f64) -> String {
        let (natural, base) = (self.finite_of("Log", &[x]), self.double(base));
        self.node("Div", &[&natural, &base])
    }

    /// A value where both numbers are there.
    fn where_both(&mut self, x: &str, y: &str, value: &str) -> String {
        let (a, b) = (self.node("IsNaN", &[x]), self.node("IsNaN", &[y]));
        let missing = self.node("Or", &[&a, &b]);
        let none = self.double(f64::NAN);
        self.choose(&missing, &none, value)
    }

    /// `y` where it is less (or greater) than `x`, else `x`; missing where one is.
    fn nearer(&mut self, op: &str, x: &str, y: &str) -> String {
        let past = self.node(op, &[y, x]);
        let nearer = self.choose(&past, y, x);
        self.where_both(x, y, &nearer)
    }

    /// The rest of a division with the sign of the divisor.
    fn remainder(&mut self, x: &str, y: &str) -> String {
        let rest = self.node_with("Mod", &[x, y], vec![int("fmod", 1)]);
        let zero = self.double(0.0);
        let (below, other_below) = (self.node("Less", &[&rest, &zero]), self.node("Less", &[y, &zero]));
        let (above, other_above) = (self.node("Greater", &[&rest, &zero]), self.node("Greater", &[y, &zero]));
        let (down, up) = (self.node("And", &[&below, &other_above]), self.node("And", &[&above, &other_below]));
        let other_sign = self.node("Or", &[&down, &up]);
        let moved = self.node("Add", &[&rest, y]);
        let rest = self.choose(&other_sign, &moved, &rest);
        // By zero it is missing, whatever a runtime makes of it.
        let by_zero = self.node("Equal", &[y, &zero]);
        let none = self.double(f64::NAN);
        let rest = self.choose(&by_zero, &none, &rest);
        self.where_both(x, y, &rest)
    }

    /// To the nearest whole number, halves away from zero.
    fn round(&mut self, x: &str) -> String {
        let size = self.node("Abs", &[x]);
        let down = self.node("Floor", &[&size]);
        let rest = self.node("Sub", &[&size, &down]);
        let (half, one, zero) = (self.double(0.5), self.double(1.0), self.double(0.0));
        let up = self.node("Add", &[&down, &one]);
        let further = self.node("GreaterOrEqual", &[&rest, &half]);
        let size = self.choose(&further, &up, &down);
        let negative = self.node("Neg", &[&size]);
        let below = self.node("Less", &[x, &zero]);
        self.choose(&below, &negative, &size)
    }

    /// To so many decimal places, to tens and hundreds where they are negative, as the engine does it.
    fn round_to(&mut self, x: &str, places: f64) -> String {
        let places = places.trunc();
        if places > 15.0 {
            return x.to_owned();
        }
        if places < -308.0 {
            let zero = self.double(0.0);
            return self.node("Mul", &[x, &zero]);
        }
        let power = (0..places.abs() as u32).fold(1.0, |power, _| power * 10.0);
        let power = self.double(power);
        if places < 0.0 {
            let tens = self.node("Div", &[x, &power]);
            let tens = self.round(&tens);
            return self.finite_of("Mul", &[&tens, &power]);
        }
        let shifted = self.node("Mul", &[x, &power]);
        let rounded = self.round(&shifted);
        let rounded = self.node("Div", &[&rounded, &power]);
        let finite = self.is_finite(&shifted);
        self.choose(&finite, &rounded, x)
    }

    fn is(&mut self, test: &str, number: f64) -> String {
        let number = self.double(number);
        self.node("Equal", &[test, &number])
    }

    /// No where one side is no, missing where one is missing, else yes.
    fn both(&mut self, a: &str, b: &str) -> String {
        let (x, y) = (self.is(a, 0.0), self.is(b, 0.0));
        let no = self.node("Or", &[&x, &y]);
        let (zero, product) = (self.double(0.0), self.node("Mul", &[a, b]));
        self.choose(&no, &zero, &product)
    }

    /// Yes where one side is yes, missing where one is missing, else no.
    fn either(&mut self, a: &str, b: &str) -> String {
        let (x, y) = (self.is(a, 1.0), self.is(b, 1.0));
        let yes = self.node("Or", &[&x, &y]);
        let (one, sum) = (self.double(1.0), self.node("Add", &[a, b]));
        self.choose(&yes, &one, &sum)
    }

    fn opposite(&mut self, test: &str) -> String {
        let one = self.double(1.0);
        self.node("Sub", &[&one, test])
    }
}
