# shellcheck shell=bash
# The plugin's texts for translators. Sourced after common.sh.

LOCALES=(de_DE de_DE_formal nl_NL nb_NO)
LANGUAGES="$ROOT/wp-plugin/closte-sync/languages"
wp_cli="$WP_FILES/wp-cli/wp-cli.phar"

i18n() { WP_CLI_ALLOW_ROOT=1 php -d memory_limit=512M "$wp_cli" i18n "$@"; }
translations() { php "$ROOT/bin/lib/translations.php" "$wp_cli" "$@"; }

# make_pot FILE: the texts of the plugin.
make_pot() {
	local raw status=0
	raw=$(mktemp --suffix=.pot)
	i18n make-pot "$ROOT/wp-plugin/closte-sync" "$raw" --domain=closte-sync --skip-js --quiet 2>/dev/null && translations pot "$raw" "$1" || status=1
	rm -f "$raw"
	return $status
}

# make_language LOCALE POT PO FOLDER: PO with the texts of POT, and what WordPress reads, into FOLDER.
make_language() {
	local name="closte-sync-$1"
	translations merge "$2" "$3" "$1" "$4/$name.po" || return 1
	i18n make-mo "$4/$name.po" "$4/$name.mo" --quiet && i18n make-php "$4/$name.po" "$4" --quiet
}

# check_translations: says what is missing, wrong or older than its source.
check_translations() {
	local made status=0 locale name kind
	made=$(mktemp -d)
	make_pot "$made/closte-sync.pot" || return 1
	cmp -s "$made/closte-sync.pot" "$LANGUAGES/closte-sync.pot" || { echo 'closte-sync.pot is not what the source gives: run bin/translations'; status=1; }
	for locale in "${LOCALES[@]}"; do
		name="closte-sync-$locale"
		[ -f "$LANGUAGES/$name.po" ] || { echo "$name.po is missing"; status=1; continue; }
		make_language "$locale" "$made/closte-sync.pot" "$LANGUAGES/$name.po" "$made" || return 1
		for kind in po mo l10n.php; do
			cmp -s "$made/$name.$kind" "$LANGUAGES/$name.$kind" || { echo "$name.$kind is older than its source: run bin/translations"; status=1; }
		done
		translations check "$LANGUAGES/$name.po" || status=1
	done
	rm -rf "$made"
	return $status
}
