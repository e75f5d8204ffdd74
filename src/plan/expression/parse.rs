//! From tokens to a tree whose kinds are not yet known: precedence climbing, with limits on depth.
//!
//! From loosest to tightest: `or`, `and`, `not`, comparison (two at a time), `+ -`, `* / %`, the sign, `^` (from the right).

use super::function::Call;
use super::problem;
use super::token::{Token, TokenKind};
use crate::base::Problem;

/// A part of a formula and the place where it begins; for an operator `at` is the operator itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expr {
    pub what: What,
    pub at: usize,
    height: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Number(f64),
    Text(String),
    YesNo(bool),
    Missing,
    Column(String),
    Operator(Call, Vec<Expr>),
    Function(String, Vec<Expr>),
}

/// Brackets, functions and signs inside one another. Each costs a few frames of the stack here.
const MOST_NESTED: usize = 64;
/// The height of the tree, which a long row of operators adds to: what checking and evaluating cost of the stack.
const MOST_HIGH: usize = 200;

/// The tree of a formula's tokens.
pub(super) fn parse(tokens: &[Token]) -> Result<Expr, Problem> {
    let mut parser = Parser { tokens, place: 0, nested: 0 };
    let expr = parser.expression(0)?;
    match parser.peek() {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("formula.what.operator")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    place: usize,
    nested: usize,
}

/// How tightly `not` and a sign hold what follows them.
const NOT: u8 = 5;
const COMPARE: u8 = 7;
const SIGN: u8 = 13;

/// An operator between two values: how tightly it holds on the left and on the right.
fn operator(token: &TokenKind) -> Option<(Call, u8, u8)> {
    Some(match token {
        TokenKind::Word(word) => match word.as_str() {
            "or" | "OR" => (Call::Or, 1, 2),
            "and" | "AND" => (Call::And, 3, 4),
            _ => return None,
        },
        TokenKind::Symbol(symbol) => match *symbol {
            "=" | "==" => (Call::Equal, COMPARE, COMPARE + 1),
            "!=" | "<>" => (Call::NotEqual, COMPARE, COMPARE + 1),
            "<" => (Call::Less, COMPARE, COMPARE + 1),
            "<=" => (Call::AtMost, COMPARE, COMPARE + 1),
            ">" => (Call::Greater, COMPARE, COMPARE + 1),
            ">=" => (Call::AtLeast, COMPARE, COMPARE + 1),
            "+" => (Call::Add, 9, 10),
            "-" => (Call::Subtract, 9, 10),
            "*" => (Call::Multiply, 11, 12),
            "/" => (Call::Divide, 11, 12),
            "%" => (Call::Remainder, 11, 12),
            "^" => (Call::Power, 15, 14),
            _ => return None,
        },
        _ => return None,
    })
}

impl Parser<'_> {
    /// The tokens end with [`TokenKind::End`], which is never passed.
    fn token(&self) -> &Token {
        const END: &Token = &Token { kind: TokenKind::End, at: 0 };
        self.tokens.get(self.place).or(self.tokens.last()).unwrap_or(END)
    }

    fn peek(&self) -> &TokenKind {
        &self.token().kind
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), TokenKind::Symbol(other) if *other == symbol)
    }

    fn expression(&mut self, tightness: u8) -> Result<Expr, Problem> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(problem("formula.too_deep", self.token().at).with("max", MOST_NESTED));
        }
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some((call, left_tightness, right_tightness)) = operator(self.peek()) {
            if left_tightness < tightness {
                break;
            }
            let at = self.token().at;
            if left_tightness == COMPARE && compared {
                return Err(problem("formula.chain", at));
            }
            compared = left_tightness == COMPARE;
            self.place += 1;
            let right = self.expression(right_tightness)?;
            left = tree(What::Operator(call, vec![left, right]), at)?;
        }
        self.nested -= 1;
        Ok(left)
    }

    /// A value, or what a sign or `not` makes of one.
    fn operand(&mut self) -> Result<Expr, Problem> {
        let Token { kind, at } = self.token().clone();
        self.place += 1;
        match kind {
            TokenKind::Number(number) => tree(What::Number(number), at),
            TokenKind::Text(text) => tree(What::Text(text), at),
            TokenKind::Column(name) => tree(What::Column(name), at),
            TokenKind::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            TokenKind::Symbol("-") => {
                let inner = self.expression(SIGN)?;
                tree(What::Operator(Call::Negate, vec![inner]), at)
            }
            TokenKind::Symbol("+") => self.expression(SIGN),
            TokenKind::Word(word) => self.word(word, at),
            _ => {
                self.place -= 1;
                Err(self.unexpected("formula.what.value"))
            }
        }
    }

    /// A function where a bracket follows, a word of the language, or a column.
    fn word(&mut self, word: String, at: usize) -> Result<Expr, Problem> {
        match word.as_str() {
            "not" | "NOT" => {
                let inner = self.expression(NOT)?;
                return tree(What::Operator(Call::Not, vec![inner]), at);
            }
            "and" | "AND" | "or" | "OR" => {
                self.place -= 1;
                return Err(self.unexpected("formula.what.value"));
            }
            _ if self.is("(") => {
                self.place += 1;
                let arguments = self.arguments()?;
                return tree(What::Function(word, arguments), at);
            }
            "yes" | "YES" | "true" | "TRUE" => return tree(What::YesNo(true), at),
            "no" | "NO" | "false" | "FALSE" => return tree(What::YesNo(false), at),
            "missing" | "MISSING" => return tree(What::Missing, at),
            _ => {}
        }
        tree(What::Column(word), at)
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, Problem> {
        let mut arguments = Vec::new();
        if self.is(")") {
            self.place += 1;
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if !self.is(",") {
                break;
            }
            self.place += 1;
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Problem> {
        if !self.is(symbol) {
            return Err(self.unexpected("formula.what.bracket"));
        }
        self.place += 1;
        Ok(())
    }

    /// Something else was expected here: the id of the text of what.
    fn unexpected(&self, expected: &str) -> Problem {
        let token = self.token();
        let expected = crate::base::text(expected);
        let found = match &token.kind {
            TokenKind::End => return problem("formula.end", token.at).with("expected", expected),
            TokenKind::Number(number) => number.to_string(),
            TokenKind::Text(text) => format!("\"{text}\""),
            TokenKind::Word(name) | TokenKind::Column(name) => name.clone(),
            TokenKind::Symbol(symbol) => (*symbol).to_owned(),
        };
        problem("formula.expected", token.at).with("expected", expected).with("found", found)
    }
}

fn tree(what: What, at: usize) -> Result<Expr, Problem> {
    let below = match &what {
        What::Operator(_, parts) | What::Function(_, parts) => parts.iter().map(|part| part.height).max().unwrap_or(0),
        _ => 0,
    };
    if below >= MOST_HIGH {
        return Err(problem("formula.too_long_row", at).with("max", MOST_HIGH));
    }
    Ok(Expr { what, at, height: below + 1 })
}
