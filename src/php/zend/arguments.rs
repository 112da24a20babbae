//! Types of arguments for `#[php_function]` and `#[php_impl]` that are read by PHP's own rules.
//!
//! Those of ext-php-rs do not coerce where the caller has no `strict_types`, do not warn of null,
//! and refuse with a message that names neither function nor position. `zend_parse_parameter()`
//! does all of that as PHP's own functions do. One thing is left to ext-php-rs: null for an array
//! with a default is a `TypeError` in its words.

use std::ffi::{c_char, c_int};
use std::ptr;

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::convert::{FromZvalMut, StubLiteral};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendClassObject, ZendHashTable, ZendStr, Zval};
use ext_php_rs::zend::{ExecuteData, ExecutorGlobals};

use super::failure::Failure;
use super::value::type_name;

unsafe extern "C" {
    fn zend_parse_parameter(
        flags: c_int,
        position: u32,
        argument: *mut Zval,
        letter: *const c_char,
        ...
    ) -> c_int;
}

/// What an argument is to be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    TextOrNull,
    Array,
    FloatOrNull,
}

/// Makes an argument what it is to be, or throws. A coerced text is put in the argument's place, a
/// float is returned.
fn parse(argument: &mut Zval, kind: Kind) -> Option<f64> {
    let letter = match kind {
        Kind::Text => c"S",
        Kind::TextOrNull => c"S!",
        Kind::Array => c"h",
        Kind::FloatOrNull => c"d!",
    };
    let (mut place, mut is_null) = (0_f64, false);
    let position = position(argument);
    // SAFETY: the letters write a pointer or a double, for either of which there is room, and the
    // last one whether it was null. A pointer is not read.
    let status = unsafe {
        zend_parse_parameter(
            0,
            position,
            argument,
            letter.as_ptr(),
            &raw mut place,
            &raw mut is_null,
        )
    };
    (status == 0).then_some(place)
}

/// Which argument of the running call this is, from 1: a frame's arguments lie in a row behind its
/// head.
fn position(argument: &Zval) -> u32 {
    let frame = ExecutorGlobals::get().current_execute_data;
    let head = size_of::<ExecuteData>().div_ceil(size_of::<Zval>());
    let slot = ptr::from_ref(argument).addr().wrapping_sub(frame.addr()) / size_of::<Zval>();
    u32::try_from(slot.wrapping_sub(head).wrapping_add(1)).unwrap_or_default()
}

/// `string`.
#[derive(Clone, Copy)]
pub struct Text<'a>(&'a ZendStr);

impl Text<'_> {
    /// Bytes that are not UTF-8 become U+FFFD, which nothing here takes.
    pub fn to_text(self) -> String {
        String::from_utf8_lossy(self.0.as_bytes()).into_owned()
    }
}

impl<'a> FromZvalMut<'a> for Text<'a> {
    const TYPE: DataType = DataType::String;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        parse(argument, Kind::Text)?;
        argument.zend_str().map(Self)
    }
}

/// `?string`, null as a default.
pub struct TextOrNull(pub Option<String>);

impl<'a> FromZvalMut<'a> for TextOrNull {
    const TYPE: DataType = DataType::String;
    const NULLABLE: bool = true;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        parse(argument, Kind::TextOrNull)?;
        Some(Self(argument.zend_str().map(|text| Text(text).to_text())))
    }

    fn from_missing() -> Option<Self> {
        Some(Self(None))
    }
}

/// `array`, empty as a default.
#[derive(Clone, Copy)]
pub struct Array<'a>(Option<&'a ZendHashTable>);

impl<'a> Array<'a> {
    /// An array that was not given.
    pub const EMPTY: Self = Self(None);

    /// The array, if one was given.
    pub const fn get(self) -> Option<&'a ZendHashTable> {
        self.0
    }

    /// What is in it.
    pub fn values(self) -> impl Iterator<Item = &'a Zval> {
        self.0
            .into_iter()
            .flat_map(ZendHashTable::values)
            .map(Zval::dereference)
    }

    /// The texts in it; a `TypeError` about the argument at `position` if there is something else.
    pub fn texts(self, position: u32) -> Result<Vec<String>, Failure> {
        let mut texts = Vec::new();
        self.each_text(position, |text| texts.push(text.to_owned()))?;
        Ok(texts)
    }

    /// The texts in it, one by one; fails as [`Array::texts`] does.
    pub fn each_text(self, position: u32, mut take: impl FnMut(&str)) -> Result<(), Failure> {
        for entry in self.values() {
            let Some(text) = entry.zend_str() else {
                let what = format!("must be a list of strings, {} in it", type_name(entry));
                return Err(Failure::ArgumentType(position, what));
            };
            take(&String::from_utf8_lossy(text.as_bytes()));
        }
        Ok(())
    }
}

impl<'a> FromZvalMut<'a> for Array<'a> {
    const TYPE: DataType = DataType::Array;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        parse(argument, Kind::Array)?;
        argument.array().map(|table| Self(Some(table)))
    }
}

impl StubLiteral for Array<'_> {
    fn stub_literal(&self) -> String {
        "[]".to_owned()
    }
}

/// `?float`, null as a default.
#[derive(Clone, Copy)]
pub struct Number(pub Option<f64>);

impl<'a> FromZvalMut<'a> for Number {
    const TYPE: DataType = DataType::Double;
    const NULLABLE: bool = true;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        let number = parse(argument, Kind::FloatOrNull)?;
        Some(Self((!argument.is_null()).then_some(number)))
    }

    fn from_missing() -> Option<Self> {
        Some(Self(None))
    }
}

/// An object that owns a `T`.
pub struct Instance<'a, T>(&'a T);

impl<'a, T> Instance<'a, T> {
    /// What it owns.
    pub const fn get(self) -> &'a T {
        self.0
    }
}

impl<'a, T: RegisteredClass> FromZvalMut<'a> for Instance<'a, T> {
    const TYPE: DataType = DataType::object(T::CLASS_NAME);

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        let argument: &'a Zval = argument;
        let owner = argument
            .object()
            .and_then(ZendClassObject::<T>::from_zend_obj)
            .and_then(|owner| owner.obj.as_ref());
        if owner.is_none() {
            refuse(argument, &format!("of type {}", T::CLASS_NAME));
        }
        owner.map(Self)
    }
}

/// Throws a `TypeError` that says what an argument must be.
pub(super) fn refuse(argument: &Zval, wanted: &str) {
    let message = format!("must be {wanted}, {} given", type_name(argument));
    Failure::ArgumentType(position(argument), message).throw();
}
