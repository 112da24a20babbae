dnl For phpize. cargo builds the extension: bin/module has it do so, by the rules in Makefile.frag.

PHP_ARG_ENABLE([closte],
  [whether to build the extension closte],
  [AS_HELP_STRING([--enable-closte], [Build the extension closte])],
  [yes])

AC_PATH_PROG([CLOSTE_BASH], [bash])
AS_IF([test -z "$CLOSTE_BASH"], [AC_MSG_ERROR([bash is not here; the scripts of closte are written for it.])])
AS_CASE([$PHP_CONFIG],
  [*/*], [CLOSTE_PHP_CONFIG=$PHP_CONFIG],
  [AC_PATH_PROG([CLOSTE_PHP_CONFIG], [$PHP_CONFIG])])

AC_MSG_CHECKING([what closte is built for and with])
closte_said=`PHP_CONFIG="$CLOSTE_PHP_CONFIG" "$CLOSTE_BASH" "$abs_srcdir/bin/module" check 2>&1`
AS_IF([test $? -ne 0], [
  AC_MSG_RESULT([it cannot be built here])
  closte_said=`echo "$closte_said" | $SED 's/^Error: //'`
  AC_MSG_ERROR([$closte_said])
])
AC_MSG_RESULT([$closte_said])
AS_IF([test ! -x "$PHP_EXECUTABLE"],
  [AC_MSG_WARN([$PHP_CONFIG names $PHP_EXECUTABLE, which is not here: make test cannot be run without PHP's command line.])])

CLOSTE_SOURCES=`cd "$abs_srcdir" && find Cargo.toml Cargo.lock src bin/module bin/lib -type f | tr '\n' ' '`
PHP_SUBST([CLOSTE_BASH])
PHP_SUBST([CLOSTE_PHP_CONFIG])
PHP_SUBST([CLOSTE_SOURCES])
dnl By this name phpize's rules build, test and install it.
PHP_MODULES="$PHP_MODULES \$(phplibdir)/closte.la"
PHP_ADD_BUILD_DIR([modules])
PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/Makefile.frag], [$abs_srcdir], [$abs_builddir])
