//! From characters to tokens. Positions are counted in characters from 0, as a person counts them.

use super::problem;
use crate::base::Problem;
use winnow::combinator::{alt, opt, preceded, repeat};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::token::{one_of, take_while};

/// The smallest meaningful piece of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    Text(String),
    /// A name as it stands: a column, a function, or a word such as `and`.
    Word(String),
    /// A name in backticks, which is always a column.
    Column(String),
    Symbol(&'static str),
    End,
}

/// A token and the place of its first character.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub at: usize,
}

/// Longer symbols stand before those that they begin with.
const SYMBOLS: [&str; 17] = ["==", "!=", "<>", "<=", ">=", "+", "-", "*", "/", "%", "^", "=", "<", ">", "(", ")", ","];

/// The tokens of a formula; the last one is [`TokenKind::End`].
pub(super) fn tokens(formula: &str) -> Result<Vec<Token>, Problem> {
    let (mut rest, mut at) = (formula, 0);
    let mut tokens = Vec::new();
    loop {
        at += spaces(&mut rest);
        if rest.is_empty() {
            tokens.push(Token { kind: TokenKind::End, at });
            return Ok(tokens);
        }
        let before = rest;
        let kind = token.parse_next(&mut rest).map_err(|EmptyError| unreadable(before, at))?;
        if let TokenKind::Number(number) = kind
            && !number.is_finite()
        {
            return Err(problem("formula.number", at).with("number", &before[..before.len() - rest.len()]));
        }
        tokens.push(Token { kind, at });
        at += before[..before.len() - rest.len()].chars().count();
    }
}

/// What cannot be read here: a quote that is not closed, or a character that no formula has.
fn unreadable(rest: &str, at: usize) -> Problem {
    match rest.chars().next() {
        Some('"' | '\'') => problem("formula.open_text", at),
        Some('`') => problem("formula.open_name", at),
        other => problem("formula.character", at).with("character", other.unwrap_or(' ')),
    }
}

type Result2<T> = Result<T, EmptyError>;

fn spaces(rest: &mut &str) -> usize {
    let before = *rest;
    *rest = rest.trim_start();
    before[..before.len() - rest.len()].chars().count()
}

fn token(rest: &mut &str) -> Result2<TokenKind> {
    alt((number, word, text, column, symbol)).parse_next(rest)
}

/// Digits with a point and an exponent, each where it may stand: `12`, `1.5`, `.5`, `2e-3`. Not finite where it is too
/// large, or where a second point follows.
fn number(rest: &mut &str) -> Result2<TokenKind> {
    let digits = || take_while(1.., |c: char| c.is_ascii_digit());
    let mantissa = alt(((digits(), opt(('.', opt(digits())))).void(), ('.', digits()).void()));
    let exponent = opt((one_of(['e', 'E']), opt(one_of(['+', '-'])), digits()));
    let (number, more) = ((mantissa, exponent).take(), take_while(0.., |c: char| c == '.')).parse_next(rest)?;
    let value = if more.is_empty() { number.parse().unwrap_or(f64::NAN) } else { f64::NAN };
    Ok(TokenKind::Number(value))
}

/// A letter or `_`, then letters, digits, `_` and `.`.
fn word(rest: &mut &str) -> Result2<TokenKind> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    let others = take_while(0.., |c: char| c.is_alphanumeric() || c == '_' || c == '.');
    (first, others).take().map(|word: &str| TokenKind::Word(word.to_owned())).parse_next(rest)
}

/// A text in quotes, double or single; a doubled quote stands for itself.
fn text(rest: &mut &str) -> Result2<TokenKind> {
    alt((quoted('"'), quoted('\''))).map(TokenKind::Text).parse_next(rest)
}

fn column(rest: &mut &str) -> Result2<TokenKind> {
    quoted('`').map(TokenKind::Column).parse_next(rest)
}

fn quoted<'a>(mut quote: char) -> impl Parser<&'a str, String, EmptyError> {
    move |rest: &mut &'a str| {
        let plain = take_while(1.., move |c: char| c != quote);
        let doubled = (quote, quote).take().map(|both: &str| &both[..both.len() / 2]);
        let inner = repeat(0.., alt((plain, doubled))).fold(String::new, |text, piece: &str| text + piece);
        let text = preceded(quote, inner).parse_next(rest)?;
        quote.parse_next(rest)?;
        Ok(text)
    }
}

fn symbol(rest: &mut &str) -> Result2<TokenKind> {
    let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)).ok_or(EmptyError)?;
    *rest = &rest[symbol.len()..];
    Ok(TokenKind::Symbol(symbol))
}
