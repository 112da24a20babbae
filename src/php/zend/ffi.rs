//! The parts of the Zend API that `ext_php_rs` does not bind, and thin covers for them.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::ffi::{
    _ZEND_TYPE_NAME_BIT, _call_user_function_impl, ext_php_rs_compiler_globals, zend_hash_str_find,
    zend_hash_str_find_ptr_lc, zend_property_info, zend_type,
};
use ext_php_rs::flags::PropertyFlags;
use ext_php_rs::types::{ZendHashTable, ZendObject, ZendStr, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData, ExecutorGlobals, ModuleEntry, ZendType};

use super::call::Failure;

/// `ZEND_ACC_READONLY`: the same in every PHP that has readonly properties.
pub const ACC_READONLY: u32 = 1 << 7;
/// `ZEND_ATTRIBUTE_PERSISTENT`: attributes of internal functions outlive a request.
const ATTRIBUTE_PERSISTENT: u32 = 1;

unsafe extern "C" {
    /// `zend_parse_parameters()`; call it through [`parse_arguments!`](crate::php::call).
    pub fn zend_parse_parameters(num_args: u32, type_spec: *const c_char, ...) -> c_int;

    fn zend_argument_type_error(arg_num: u32, format: *const c_char, ...);
    fn zend_argument_value_error(arg_num: u32, format: *const c_char, ...);
    fn zend_objects_not_comparable(one: *mut Zval, other: *mut Zval) -> c_int;
    fn zend_readonly_property_modification_error(info: *mut zend_property_info);
    fn zend_zval_type_name(value: *const Zval) -> *const c_char;
    fn zend_declare_typed_property(
        class: *mut ClassEntry,
        name: *mut ZendStr,
        default: *mut Zval,
        access: c_int,
        doc_comment: *mut ZendStr,
        type_: zend_type,
    ) -> *mut zend_property_info;
    fn zend_add_attribute(
        attributes: *mut *mut ZendHashTable,
        name: *mut ZendStr,
        argc: u32,
        flags: u32,
        offset: u32,
        lineno: u32,
    ) -> *mut c_void;
    fn zend_get_constant_str(name: *const c_char, len: usize) -> *mut Zval;
    fn zend_ini_string(name: *const c_char, len: usize, original: c_int) -> *const c_char;
    fn zend_unregister_ini_entries(module_number: c_int);
    fn display_ini_entries(module: *mut ModuleEntry);
    fn sapi_getenv(name: *const c_char, len: usize) -> *mut c_char;
}

/// The class `name` while modules start, when the executor does not know any class yet.
pub fn class_at_startup(name: &str) -> Option<&'static mut ClassEntry> {
    // SAFETY: the compiler globals and the class table live as long as the process; modules start
    // one after another on one thread, and a class entry is never freed while its module is there.
    unsafe {
        let table = (*ext_php_rs_compiler_globals()).class_table;
        zend_hash_str_find_ptr_lc(table, name.as_ptr().cast(), name.len())
            .cast::<ClassEntry>()
            .as_mut()
    }
}

/// The type of a property or argument that is an object of `class`.
pub fn class_type(class: &str) -> ZendType {
    ZendType {
        ptr: ZendStr::new_interned(class, true).into_raw().cast(),
        type_mask: _ZEND_TYPE_NAME_BIT,
    }
}

/// Declares a typed property without a default: uninitialized until written.
pub fn declare_property(class: &mut ClassEntry, name: &str, access: u32, type_: ZendType) {
    // SAFETY: an all-zero zval is IS_UNDEF, which means "no default". The name is interned for
    // good, and the engine copies the default.
    unsafe {
        let mut undefined: Zval = std::mem::zeroed();
        zend_declare_typed_property(
            class,
            ZendStr::new_interned(name, true).into_raw(),
            &raw mut undefined,
            access.cast_signed(),
            ptr::null_mut(),
            type_,
        );
    }
}

/// Puts `#[\SensitiveParameter]` on the parameter at `position` (from 0) of a method.
pub fn mark_sensitive(class: &mut ClassEntry, method: &str, position: u32) {
    // SAFETY: the function table of a registered class holds `zend_function`s, whose `common`
    // part every kind of function has. The attribute's name is interned for good.
    unsafe {
        let function = zend_hash_str_find_ptr_lc(
            &raw const class.function_table,
            method.as_ptr().cast(),
            method.len(),
        )
        .cast::<ext_php_rs::ffi::zend_function>();
        if let Some(function) = function.as_mut() {
            zend_add_attribute(
                (&raw mut function.common.attributes).cast(),
                ZendStr::new_interned("SensitiveParameter", true).into_raw(),
                0,
                ATTRIBUTE_PERSISTENT,
                position + 1,
                0,
            );
        }
    }
}

fn property_info(object: &ZendObject, name: &str) -> Option<*mut zend_property_info> {
    // SAFETY: a live object has a class entry.
    property_info_of(unsafe { &*object.ce }, name)
}

fn property_info_of(class: &ClassEntry, name: &str) -> Option<*mut zend_property_info> {
    // SAFETY: the property table of a class maps names to property infos.
    unsafe {
        let entry = zend_hash_str_find(
            &raw const class.properties_info,
            name.as_ptr().cast(),
            name.len(),
        );
        let info: *mut zend_property_info = entry.as_ref()?.value.ptr.cast();
        // What a static property has in the place of an offset is none into an object.
        let is_static = (*info).flags & PropertyFlags::Static.bits() != 0;
        (!is_static).then_some(info)
    }
}

fn slot(object: &ZendObject, info: *mut zend_property_info) -> *mut Zval {
    // SAFETY: `property_info_of` gives declared, non-static properties, here of the object's class
    // or of one that it descends from, whose offset is within the object's allocation.
    unsafe {
        ptr::from_ref(object)
            .cast_mut()
            .byte_add((*info).offset as usize)
            .cast()
    }
}

/// The value of a declared property as it is stored; `None` if there is none such.
pub fn property<'a>(object: &'a ZendObject, name: &str) -> Option<&'a Zval> {
    let info = property_info(object, name)?;
    // SAFETY: see `slot`; the borrow of the object keeps it alive.
    unsafe { slot(object, info).as_ref() }
}

/// Writes a declared property past visibility and `readonly`, as its class would.
pub fn write_property(object: &mut ZendObject, name: &str, value: Zval) {
    if let Some(info) = property_info(object, name) {
        write_slot(object, info, value);
    }
}

/// [`write_property`] for the property that `class` declares, though the object's own class, which descends from it, may
/// have a private one of the same name.
pub fn write_property_of(class: &ClassEntry, object: &mut ZendObject, name: &str, value: Zval) {
    if let Some(info) = property_info_of(class, name) {
        write_slot(object, info, value);
    }
}

fn write_slot(object: &mut ZendObject, info: *mut zend_property_info, value: Zval) {
    // SAFETY: see `slot`. What was there before is released last: that may run PHP code, which
    // finds the new value.
    unsafe {
        let slot = slot(object, info);
        let before = ptr::replace(slot, value);
        (*slot).u2.extra = 0;
        drop(before);
    }
}

/// Writes a readonly property that has no value yet; else throws what PHP throws then.
/// Returns whether it was written.
pub fn initialize_property(object: &mut ZendObject, name: &str, value: Zval) -> bool {
    let Some(info) = property_info(object, name) else {
        return false;
    };
    if property(object, name).is_some_and(|old| !is_undefined(old)) {
        // SAFETY: `info` is the live property info found above.
        unsafe { zend_readonly_property_modification_error(info) };
        return false;
    }
    write_property(object, name, value);
    true
}

/// Whether a property has never been written.
pub fn is_undefined(value: &Zval) -> bool {
    // SAFETY: every member of the union is a plain integer.
    unsafe { value.u1.type_info == 0 }
}

/// PHP's word for the type of a value, as in its own messages.
pub fn type_name(value: &Zval) -> &'static str {
    // SAFETY: the engine returns a static string for any value.
    unsafe { CStr::from_ptr(zend_zval_type_name(value)) }
        .to_str()
        .unwrap_or("unknown")
}

/// Throws a `TypeError` that names the argument at `position` (from 1).
pub fn throw_argument_type_error(position: u32, message: &CStr) {
    // SAFETY: the format has one `%s`, and the message is a C string.
    unsafe { zend_argument_type_error(position, c"%s".as_ptr(), message.as_ptr()) }
}

/// Throws a `ValueError` that names the argument at `position` (from 1).
pub fn throw_argument_value_error(position: u32, message: &CStr) {
    // SAFETY: the format has one `%s`, and the message is a C string.
    unsafe { zend_argument_value_error(position, c"%s".as_ptr(), message.as_ptr()) }
}

/// Whether an exception is on its way to the caller.
pub fn exception_pending() -> bool {
    ExecutorGlobals::has_exception()
}

/// The `compare` handler of objects that have nothing to be compared by.
pub unsafe extern "C" fn compare_by_identity(one: *mut Zval, other: *mut Zval) -> c_int {
    // SAFETY: the engine passes the two values on, at least one of them an object.
    unsafe { zend_objects_not_comparable(one, other) }
}

/// How many arguments a call was given.
pub fn argument_count(call: &ExecuteData) -> u32 {
    // SAFETY: in a call frame this union member holds the number of arguments.
    unsafe { call.This.u2.num_args }
}

/// A global constant of PHP.
pub fn constant(name: &str) -> Option<&'static Zval> {
    // SAFETY: the engine returns null or a zval in its constant table, which lives until the end
    // of the request.
    unsafe { zend_get_constant_str(name.as_ptr().cast(), name.len()).as_ref() }
}

/// The value of an INI entry, without white space around it; empty if it has none.
pub fn ini(name: &CStr) -> &'static [u8] {
    // SAFETY: the engine returns null or the entry's string. Our entries are PHP_INI_SYSTEM: they
    // do not change while a script runs.
    unsafe {
        let value = zend_ini_string(name.as_ptr(), name.count_bytes(), 0);
        if value.is_null() {
            return b"";
        }
        CStr::from_ptr(value).to_bytes().trim_ascii()
    }
}

/// Takes the module's INI entries away again.
pub fn unregister_ini(module_number: i32) {
    // SAFETY: called once, when the module of that number shuts down.
    unsafe { zend_unregister_ini_entries(module_number) }
}

/// Prints the module's INI table in `phpinfo()`.
pub fn print_ini_table(module: *mut ModuleEntry) {
    // SAFETY: the engine hands the module to its own info function.
    unsafe { display_ini_entries(module) }
}

/// An environment variable as PHP's `getenv()` finds it: the server's first, then the process's.
pub fn environment(name: &CStr) -> Option<Vec<u8>> {
    // SAFETY: the server's answer is null or a C string allocated for us by the engine.
    unsafe {
        let value = sapi_getenv(name.as_ptr(), name.count_bytes());
        if !value.is_null() {
            let bytes = CStr::from_ptr(value).to_bytes().to_vec();
            ext_php_rs::alloc::efree(value.cast());
            return Some(bytes);
        }
    }
    let value = std::env::var_os(name.to_str().ok()?)?;
    Some(std::os::unix::ffi::OsStringExt::into_vec(value))
}

/// Calls PHP code with one argument. What it returns is dropped.
///
/// # Errors
/// [`Failure::Thrown`] when it throws or exits.
pub fn call(callback: &Zval, argument: impl IntoZval) -> Result<(), Failure> {
    let mut arguments = [argument.into_zval(false)?];
    let mut result = Zval::new();
    // SAFETY: the callback and its argument are live; the engine writes the result.
    let status = unsafe {
        _call_user_function_impl(
            ptr::null_mut(),
            ptr::from_ref(callback).cast_mut(),
            &raw mut result,
            1,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
        )
    };
    if status < 0 || exception_pending() {
        return Err(Failure::Thrown);
    }
    Ok(())
}

/// A new object of a class of ours, its constructor not called.
pub fn new_object(class: &str) -> Option<ZBox<ZendObject>> {
    ClassEntry::try_find(class).map(ZendObject::new)
}
