# Rules for phpize's Makefile: what cargo does, and what the tests need.

$(phplibdir)/closte.la: $(phplibdir)/closte.so
	@echo "dlname='closte.so'" >$@

# By real dependencies, so that `sudo make install` finds it built: root may have no Rust.
$(phplibdir)/closte.so: $(CLOSTE_SOURCES)
	MAKEFLAGS= PHP_CONFIG='$(CLOSTE_PHP_CONFIG)' '$(CLOSTE_BASH)' $(top_srcdir)/bin/module build $@

TESTS = $(top_srcdir)/tests/phpt
export CLOSTE_LIBRARY = $(phplibdir)/closte.so
export CLOSTE_STUBS = $(top_srcdir)/php-stubs
export CLOSTE_TEST_PHP = $(PHP_EXECUTABLE)
export CLOSTE_EMULATOR ?= $(top_srcdir)/target/release/closte-emulator
export NO_INTERACTION = 1

clean: closte-clean
closte-clean:
	cd $(top_srcdir) && rm -rf target/dist target/tmp target/.rustc_info.json target/CACHEDIR.TAG
	if test -d $(top_srcdir)/target; then rmdir --ignore-fail-on-non-empty $(top_srcdir)/target; fi
	cd $(top_srcdir)/tests/phpt && rm -f *.diff *.exp *.log *.out *.php *.sh
.PHONY: closte-clean
