//! What the engine knows of its surroundings: a constant, an INI entry, an environment variable.
//!
//! ext-php-rs copies all INI entries where one is asked for, takes none away, and has neither the
//! server's environment variables nor PHP's constants.

use std::ffi::{CStr, c_char, c_int};
use std::os::unix::ffi::OsStringExt;
use std::panic::AssertUnwindSafe;

use ext_php_rs::ffi::zend_ini_entry;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::{IniEntryDef, ModuleEntry, output_write};

unsafe extern "C" {
    fn zend_get_constant_str(name: *const c_char, len: usize) -> *mut Zval;
    fn zend_ini_string(name: *const c_char, len: usize, original: c_int) -> *const c_char;
    fn zend_unregister_ini_entries(module_number: c_int);
    fn display_ini_entries(module: *mut ModuleEntry);
    fn sapi_getenv(name: *const c_char, len: usize) -> *mut c_char;
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

/// An INI entry of the engine.
pub type IniEntry = zend_ini_entry;

/// Shows an entry in tables of settings.
pub type Displayer = unsafe extern "C" fn(entry: *mut IniEntry, kind: c_int);

/// The entry, shown in tables of settings by `displayer`.
pub const fn shown_by(displayer: Displayer, mut entry: IniEntryDef) -> IniEntryDef {
    entry.displayer = Some(displayer);
    entry
}

/// Shows what `shown` makes of an entry's value, in tables of HTML and of text.
///
/// # Safety
/// `entry` is one of the engine's, and `kind` says whether its original value is asked for.
pub unsafe fn show_ini(entry: *mut IniEntry, kind: c_int, shown: impl FnOnce(String) -> String) {
    /// `ZEND_INI_DISPLAY_ORIG`
    const ORIGINAL: c_int = 1;
    // SAFETY: by contract. A value is null or a string that the entry holds.
    let value = unsafe {
        let entry = &*entry;
        let value = if kind == ORIGINAL && entry.modified != 0 {
            entry.orig_value
        } else {
            entry.value
        };
        value.as_ref().map(|text| text.as_bytes().to_vec())
    };
    // A panic here would end PHP; what cannot be shown is left out.
    let text = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let value = String::from_utf8_lossy(&value.unwrap_or_default()).into_owned();
        // The same for HTML and for text: no URL has these characters.
        shown(value).replace(['<', '>', '&', '"', '\'', '\0'], "…")
    }));
    let text = text.ok().filter(|text| !text.is_empty());
    let _ = output_write(text.as_deref().unwrap_or("no value").as_bytes());
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
pub fn variable(name: &CStr) -> Option<Vec<u8>> {
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
    Some(OsStringExt::into_vec(value))
}
